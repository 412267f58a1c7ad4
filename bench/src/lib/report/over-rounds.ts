import { median } from '../median.ts';
import type { Bar } from './chart.ts';
import { numberText } from './number-text.ts';

/** A number over its rounds, as a bar shows it. */
export const overRounds = (values: readonly number[]): Required<Pick<Bar, 'value' | 'min' | 'max'>> => ({
  value: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});

/** How far the rounds were apart, as a cell of a table. */
export const spreadText = (values: readonly number[], digits = 0): string => {
  const { min, max } = overRounds(values);
  return `${numberText(min, digits)}–${numberText(max, digits)}`;
};
