/**
 * Text without what nobody sees: controls, halves of characters, and the marks that turn the direction of what follows.
 * Line breaks stay, tabs become spaces, and letters are put together with their accents.
 */
export function visible(text: string): string {
  return text
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
    .normalize('NFC')
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(/(?!\n)[\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, '');
}

/**
 * Visible text that every page can show: a character that no font of ours has is written as its number, “[U+1F44D]”,
 * rather than lost, and words that no line can hold may break every forty characters.
 */
export function printable(text: string, covers: (codePoint: number) => boolean): string {
  const shown = visible(text).replaceAll(/[^\n\x20-\x7e]/gu, (character) => {
    const code = character.codePointAt(0)!;
    return covers(code) && !privateUse.test(character) ? character : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
  return shown.replaceAll(/[^\s\u200b]{40}(?=[^\s\u200b])/gu, '$&\u200b');
}

const privateUse = /\p{Co}/u;

/** The same value with every string in it changed. */
export function mapStrings<Value>(value: Value, change: (text: string) => string): Value {
  if (typeof value === 'string') return change(value) as Value;
  if (Array.isArray(value)) return value.map((one) => mapStrings(one, change)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapStrings(one, change)])) as Value;
}
