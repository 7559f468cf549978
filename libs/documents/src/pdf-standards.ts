/** PDF/UA-1 to be read, by everybody; PDF/A-3a to be kept, with its data inside. */
export const pdfStandards = ['ua-1', 'a-3a'] as const;
export type PdfStandard = (typeof pdfStandards)[number];
