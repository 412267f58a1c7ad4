import { overRounds } from './over-rounds.ts';

/** A promise about the measurement: what must hold at least, and what is aimed at. */
export interface Goal {
  /** What is compared, as a reader says it: `calls/s at 64 in flight against Nest TCP`. */
  readonly what: string;
  readonly unit: '×' | '%';
  readonly better: 'higher' | 'lower';
  readonly atLeast: number;
  readonly aim: number;
}

/** A goal with what was measured: the median over rounds, each compared within itself. */
export interface Figure extends Goal {
  readonly measured: number;
  readonly min: number;
  readonly max: number;
}

/** @param perRound the goal's number in each round; empty when it was not measured, which leaves the figure out. */
export const figuresOf = (pairs: readonly (readonly [Goal, readonly number[]])[]): Figure[] =>
  pairs
    .filter(([, perRound]) => perRound.length > 0)
    .map(([goal, perRound]) => {
      const { value: measured, min, max } = overRounds(perRound);
      return { ...goal, measured, min, max };
    });

/** How far a figure got: `aim`, `at least`, or `missed`. */
export const verdictOf = (figure: Figure): 'aim' | 'at least' | 'missed' => {
  const reaches = (goal: number): boolean =>
    figure.better === 'higher' ? figure.measured >= goal : figure.measured <= goal;
  if (reaches(figure.aim)) return 'aim';
  return reaches(figure.atLeast) ? 'at least' : 'missed';
};
