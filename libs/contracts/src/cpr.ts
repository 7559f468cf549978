// What may stand between the two halves: a hyphen or dash, blanks around it, and what nobody sees (soft hyphens, zero
// width characters), so that a formatted or copied number is still one.
const between = '[\\s\\u00ad\\u200b-\\u200d\\u2060\\ufeff\\u2010-\\u2015\\u2212-]{0,3}';
const whole = new RegExp(`(?<!\\d)(\\d{6})${between}(\\d{4})(?!\\d)`, 'g');
const begun = new RegExp(`(?<!\\d)(\\d{6})${between}\\d{0,3}(?!${between}\\d)`, 'g');

/** What stands in the place of a CPR number that was taken out. */
export const cprMask = '[CPR-nummer fjernet]';

/**
 * Finds Danish CPR numbers: six digits that are a date, an optional hyphen or blank, four digits. Modulus 11 no longer
 * decides (numbers without it have been issued since 2007, cpr.dk), so every such run counts.
 *
 * @returns the half-open ranges of `text` that look like a CPR number, in order
 */
export function cprRanges(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const match of text.matchAll(whole)) {
    if (isDate(match[1] as string)) found.push({ start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** Whether `text` holds anything that looks like a CPR number. */
export function containsCpr(text: string): boolean {
  return cprRanges(text).length > 0;
}

/** The ten digits alone: the same number however it is written. */
export function cprDigits(text: string): string {
  return text.replace(/\D/g, '');
}

/** `text` without its CPR numbers; all else stands as it stood. @param isKept ten digits that are no CPR number after all */
export function maskCpr(text: string, isKept: (digits: string) => boolean = () => false): string {
  return cprRanges(text).reduceRight(
    (masked, { start, end }) => (isKept(cprDigits(masked.slice(start, end))) ? masked : masked.slice(0, start) + cprMask + masked.slice(end)),
    text,
  );
}

/** What may be on its way to a CPR number: a date of six digits with up to three more behind it, as it is written. */
export function cprBeginnings(text: string): string[] {
  return [...text.matchAll(begun)].filter((match) => isDate(match[1] as string)).map(([run]) => run.trimEnd());
}

function isDate(digits: string): boolean {
  const [day, month, year] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4))];
  // The century hides in the seventh digit; 29 February is let through for every even leap candidate.
  const daysInMonth = [31, year % 4 === 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= daysInMonth;
}
