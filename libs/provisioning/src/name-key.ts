const folded: Record<string, string> = { æ: '{', ø: '|', å: '}', ä: '{', ö: '|', ü: 'u', é: 'e' };

/** For SQL's translate(): what stands for what. */
export const foldedLetters = [Object.keys(folded).join(''), Object.values(folded).join('')] as const;

/** A name as the table sorts and searches it: the same letters as the trigger of `account` writes. */
export const nameKey = (text: string): string => text.toLowerCase().replace(/[æøåäöüé]/g, (letter) => folded[letter]!);

/** A user name as it is compared: case does not count (RFC 7643 §4.1.1). */
export const userNameKey = (userName: string): string => userName.normalize('NFC').toLowerCase();

/** The pattern for LIKE that finds `text` anywhere. */
export const anywhere = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
