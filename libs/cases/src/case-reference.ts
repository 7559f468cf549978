/**
 * A pseudonymous case reference, “Sag 2026-014”: year and running number of the acting municipality. It says which
 * case to those who know it and nothing to anybody else.
 */
export const caseReferencePattern = /^Sag \d{4}-\d{3,5}$/;

/** Whether `text` is a well-formed reference. */
export function isCaseReference(text: string): boolean {
  return caseReferencePattern.test(text);
}

/** What somebody in a hurry typed (“2026-014”, “sag 2026-14”) as a reference where it can only be one; else as it is. */
export function asCaseReference(typed: string): string {
  const match = /^(?:sag\s*)?(\d{4})\s*-\s*(\d{1,5})$/i.exec(typed.trim());
  return match === null ? typed.trim() : `Sag ${match[1]}-${match[2]!.padStart(3, '0')}`;
}
