/**
 * A pseudonymous case reference, “Sag 2026-014”: year and running number of the acting municipality. It says which
 * case to those who know it and nothing to anybody else.
 */
export const caseReferencePattern = /^Sag \d{4}-\d{3,5}$/;

/** Whether `text` is a well-formed reference. */
export function isCaseReference(text: string): boolean {
  return caseReferencePattern.test(text);
}
