/**
 * Finds Danish CPR numbers: six digits that are a date, an optional hyphen or blank, four digits. Modulus 11 no longer
 * decides (numbers without it have been issued since 2007, cpr.dk), so every such run counts.
 *
 * @returns the half-open ranges of `text` that look like a CPR number, in order
 */
export function cprRanges(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const match of text.matchAll(/(?<!\d)(\d{2})(\d{2})(\d{2})[\s\u00a0\u2010-\u2015-]?(\d{4})(?!\d)/g)) {
    const day = Number(match[1]);
    const month = Number(match[2]);
    const year = Number(match[3]);
    // The century hides in the seventh digit; 29 February is let through for every even leap candidate.
    const daysInMonth = [31, year % 4 === 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
    if (day >= 1 && day <= daysInMonth) found.push({ start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** Whether `text` holds anything that looks like a CPR number. */
export function containsCpr(text: string): boolean {
  return cprRanges(text).length > 0;
}
