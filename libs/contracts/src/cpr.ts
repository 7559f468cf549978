// What may stand between the two halves: a hyphen or dash, and blanks around it, so that a formatted or copied number is still one.
const between = '[\\s\\p{Pd}\\u2212]{0,3}';
const whole = new RegExp(`(?<!\\d)(\\d{6})${between}(\\d{4})(?!\\d)`, 'gu');
const begun = new RegExp(`(?<!\\d)(\\d{6})${between}\\d{0,3}(?!${between}\\d)`, 'gu');

/** What nobody sees: soft hyphens, zero width characters, marks of direction, and marks that stand upon another character. */
const unseen = /[\p{Cf}\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]/u;
const digit = /\p{Nd}/u;
const isUnusual = /[\p{Cf}\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]|(?![0-9])\p{Nd}/u;

/** What stands in the place of a CPR number that was taken out. */
export const cprMask = '[CPR-nummer fjernet]';

/**
 * Finds Danish CPR numbers: six digits that are a date, an optional hyphen or blank, four digits, as a reader sees them: of whatever
 * script or width, and with whatever stands unseen between them. Modulus 11 no longer decides (numbers without it have been issued
 * since 2007, cpr.dk), so every such run counts.
 *
 * @returns the half-open ranges of `text`, in UTF-16 units, that look like a CPR number, in order
 */
export function cprRanges(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  const { seen, starts, ends } = asSeen(text);
  for (const { index, 0: run, 1: day } of seen.matchAll(whole)) {
    const last = index + run.length - 1;
    if (isDate(day as string)) found.push({ start: starts?.[index] ?? index, end: ends?.[last] ?? last + 1 });
  }
  return found;
}

/** Whether `text` holds anything that looks like a CPR number. */
export function containsCpr(text: string): boolean {
  return cprRanges(text).length > 0;
}

/** The ten digits alone: the same number however it is written. */
export function cprDigits(text: string): string {
  return asSeen(text).seen.replace(/\D/g, '');
}

/** `text` without its CPR numbers; all else stands as it stood. @param isKept ten digits that are no CPR number after all */
export function maskCpr(text: string, isKept: (digits: string) => boolean = () => false): string {
  return cprRanges(text).reduceRight(
    (masked, { start, end }) => (isKept(cprDigits(masked.slice(start, end))) ? masked : masked.slice(0, start) + cprMask + masked.slice(end)),
    text,
  );
}

/** What may be on its way to a CPR number: a date of six digits with up to three more behind it, as a reader sees it. */
export function cprBeginnings(text: string): string[] {
  return [...asSeen(text).seen.matchAll(begun)].filter((match) => isDate(match[1] as string)).map(([run]) => run.trimEnd());
}

/** Every digit as one of 0 to 9, without what nobody sees; and, where that is another text, from where to where each of its units stood. */
function asSeen(text: string): { seen: string; starts?: number[]; ends?: number[] } {
  if (!isUnusual.test(text)) return { seen: text };
  let seen = '';
  const starts: number[] = [];
  const ends: number[] = [];
  let start = 0;
  for (const character of text) {
    const end = start + character.length;
    if (!unseen.test(character)) {
      const shown = digit.test(character) ? String(valueOf(character.codePointAt(0) as number)) : character;
      seen += shown;
      for (let unit = 0; unit < shown.length; unit++) {
        starts.push(start);
        ends.push(end);
      }
    }
    start = end;
  }
  return { seen, starts, ends };
}

/** Unicode has the decimal digits of every script in a row, from zero to nine, and some of these rows side by side. */
function valueOf(codePoint: number): number {
  let zero = codePoint;
  while (digit.test(String.fromCodePoint(zero - 1))) zero--;
  return (codePoint - zero) % 10;
}

function isDate(digits: string): boolean {
  const [day, month, year] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4))];
  // The century hides in the seventh digit; 29 February is let through for every even leap candidate.
  const daysInMonth = [31, year % 4 === 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= daysInMonth;
}
