/** Languages that details are written in; the first one is the default. */
export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Ranges looked at; RFC 9110 sets no bound, and no honest client sends more. */
const MAX_RANGES = 20;

/** `ko-KR;q=0.8`, `*`: a language range and its weight (RFC 9110 §12.4.2 and §12.5.4). */
const RANGE =
  /^\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?$/;

/**
 * The language that an `Accept-Language` header likes best, English when it says nothing usable.
 * On equal weights the one named first wins; a range that cannot be read is passed over.
 */
export const preferredLanguage = (header: string | undefined): Language => {
  let best: { language: Language; weight: number } = { language: LANGUAGES[0], weight: 0 };
  const weights = weightsOf(header ?? '');
  const others = weights.get('*') ?? 0;
  for (const language of [...weights.keys(), ...LANGUAGES]) {
    if (!isLanguage(language)) continue;
    const weight = weights.get(language) ?? others;
    if (weight > best.weight) best = { language, weight };
  }
  return best.language;
};

const weightsOf = (header: string): Map<string, number> => {
  const weights = new Map<string, number>();
  for (const range of header.split(',', MAX_RANGES)) {
    const match = RANGE.exec(range);
    if (match?.[1] === undefined) continue;
    const tag = match[1].toLowerCase().split('-')[0] ?? '';
    const weight = match[2] === undefined ? 1 : Number(match[2]);
    weights.set(tag, Math.max(weight, weights.get(tag) ?? 0));
  }
  return weights;
};

const isLanguage = (tag: string): tag is Language => (LANGUAGES as readonly string[]).includes(tag);
