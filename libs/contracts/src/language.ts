/** The languages people can read the product in. Danish is the one everything is written in first. */
export const languages = ['da', 'en'] as const;
export type Language = (typeof languages)[number];

/**
 * The first of our languages that somebody asks for, Danish when there is none. Weights (`q`) sort, and `q=0` refuses
 * (RFC 9110 § 12.5.4).
 *
 * @param wanted an `Accept-Language` header, or the languages of a browser joined by commas
 */
export function languageOf(wanted: string | undefined): Language {
  const ranked = (wanted ?? '')
    .slice(0, 400)
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
      const weight = parameters.map((one) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(one)?.[1]).find((one) => one !== undefined);
      return { language: languages.find((one) => one === tag.trim().split('-')[0]), weight: Number(weight ?? 1) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  return ranked.find(({ language }) => language !== undefined)?.language ?? 'da';
}
