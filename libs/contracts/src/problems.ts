import type { Language } from './language.js';
import { inLanguage } from './messages.js';

/**
 * The one catalogue of errors (RFC 9457). HTTP answers, socket acknowledgements and close reasons carry the same
 * codes. `da` and `en` are titles for people; no personal data in any of them.
 */
export const problems = {
  'invalid-input': { status: 400, da: 'Noget i det indtastede skal rettes', en: 'Some of the input must be corrected' },
  'malformed-request': { status: 400, da: 'Forespørgslen kunne ikke læses', en: 'The request could not be read' },
  'rule-invalid': { status: 400, da: 'Gentagelsen kan ikke bruges', en: 'The recurrence rule cannot be used' },
  'own-access-needed': { status: 400, da: 'Du kan ikke lukke dig selv ude af punktet', en: 'You cannot shut yourself out of the item' },
  'cpr-number': { status: 400, da: 'Skriv ikke CPR-numre her. Brug sagsreferencen', en: 'Do not write CPR numbers here. Use the case reference' },
  'not-signed-in': { status: 401, da: 'Du er ikke logget ind', en: 'You are not signed in' },
  'sign-in-failed': { status: 401, da: 'Login lykkedes ikke. Prøv igen', en: 'Signing in did not succeed. Try again' },
  'sign-in-expired': { status: 401, da: 'Login tog for lang tid eller er allerede brugt. Prøv igen', en: 'Signing in took too long or was already used. Try again' },
  'sign-in-declined': { status: 401, da: 'Login blev afbrudt', en: 'Signing in was interrupted' },
  'identity-unknown': { status: 403, da: 'Du er ikke oprettet i Samråd', en: 'You are not set up in Samråd' },
  'assurance-too-low': { status: 403, da: 'Det kræver et login på et højere sikringsniveau', en: 'This needs a sign-in at a higher level of assurance' },
  'guest-link-over': { status: 404, da: 'Linket gælder ikke', en: 'The link is not valid' },
  'guest-code-wrong': { status: 400, da: 'Koden passer ikke til linket', en: 'The code does not fit the link' },
  'guest-link-locked': { status: 409, da: 'Linket er spærret efter fem forkerte koder', en: 'The link is locked after five wrong codes' },
  'guest-link-early': { status: 409, da: 'Linket gælder ikke endnu', en: 'The link is not valid yet' },
  'provider-unavailable': { status: 503, da: 'Login-tjenesten svarer ikke lige nu', en: 'The sign-in service does not answer right now' },
  'not-allowed': { status: 403, da: 'Det har din rolle ikke adgang til', en: 'Your role does not allow this' },
  'origin-refused': { status: 403, da: 'Forespørgslen kommer fra et fremmed websted', en: 'The request comes from a foreign site' },
  'not-found': { status: 404, da: 'Det findes ikke, eller du har ikke adgang til det', en: 'It does not exist, or you have no access to it' },
  conflict: { status: 409, da: 'En anden har ændret det i mellemtiden', en: 'Somebody else changed it meanwhile' },
  'transition-refused': { status: 409, da: 'Det kan ikke gøres i denne tilstand', en: 'This cannot be done in this state' },
  'embargo-in-force': { status: 409, da: 'En orienteringsspærre står i vejen', en: 'An embargo on informing stands in the way' },
  'legal-basis-limit': { status: 409, da: 'Punktets hjemmel giver ikke adgang til at dele det så bredt', en: 'The legal basis of the item does not allow sharing it so widely' },
  'idempotency-conflict': { status: 409, da: 'Samme nøgle er brugt til noget andet', en: 'The same key was used for something else' },
  'last-administrator': { status: 409, da: 'Myndigheden skal have en administrator', en: 'The authority needs an administrator' },
  'own-role-ends': { status: 409, da: 'Du er ved at tage din egen administratorrolle', en: 'You are about to take away your own administrator role' },
  'too-large': { status: 413, da: 'Det indsendte er for stort', en: 'What was sent is too large' },
  'unsupported-media': { status: 415, da: 'Formatet understøttes ikke', en: 'The format is not supported' },
  'precondition-failed': { status: 412, da: 'En anden har ændret det i mellemtiden', en: 'Somebody else changed it meanwhile' },
  'too-many-requests': { status: 429, da: 'For mange forsøg. Vent et øjeblik', en: 'Too many attempts. Wait a moment' },
  internal: { status: 500, da: 'Noget gik galt hos os. Det, du har skrevet, er ikke ændret', en: 'Something went wrong on our side. What you wrote is unchanged' },
  'not-ready': { status: 503, da: 'Tjenesten er ikke klar endnu', en: 'The service is not ready yet' },
  'trail-unavailable': { status: 503, da: 'Opslaget kunne ikke registreres, og derfor vises det ikke. Prøv igen om lidt', en: 'The access could not be recorded, so nothing is shown. Try again in a moment' },
  'year-plan-stopped': { status: 503, da: 'Planen blev ikke færdig. Intet er ændret', en: 'The plan was not finished. Nothing was changed' },
  'document-not-made': { status: 503, da: 'Dokumentet kunne ikke laves lige nu. Prøv igen om lidt', en: 'The document could not be made right now. Try again in a moment' },
  'update-refused': { status: 409, da: 'Ændringen blev afvist og er ikke gemt', en: 'The change was refused and is not stored' },
  'client-id-taken': { status: 409, da: 'Ændringen bar en andens kendetegn og er ikke gemt', en: 'The change carried another person’s client id and is not stored' },
  'clock-gap': { status: 409, da: 'Ændringer mangler; dokumentet hentes igen', en: 'Changes are missing; the document is loaded again' },
  'document-frozen': { status: 409, da: 'Dokumentet er låst', en: 'The document is frozen' },
  'content-shredded': { status: 410, da: 'Indholdet er slettet efter reglerne for opbevaring', en: 'The content was deleted under the rules of retention' },
  'keys-unavailable': { status: 503, da: 'Indholdet kan ikke åbnes lige nu, fordi nøglerne ikke svarer. Prøv igen om lidt', en: 'The content cannot be opened right now, because the keys do not answer. Try again in a moment' },
  'access-ended': { status: 403, da: 'Du har ikke længere adgang til punktet', en: 'You no longer have access to the item' },
  'version-unsupported': { status: 426, da: 'Siden passer ikke til serveren. Hent siden igen', en: 'The page does not fit the server. Load the page again' },
  'store-unavailable': { status: 503, da: 'Der kan ikke gemmes lige nu. Teksten er stadig hos dig', en: 'Nothing can be stored right now. The text is still with you' },
} as const satisfies Record<string, { status: number; da: string; en: string }>;

export type ProblemCode = keyof typeof problems;

/** One refused field: its path in the request and why. In code the sentence is Danish; its English is in messages.en.ts. */
export interface FieldError {
  field: string;
  message: string;
}

/**
 * An error that people may see. Anything else that is thrown answers 500 without its message. `detail` and the messages
 * of fields are written in Danish; the answer carries them in the language of its reader.
 */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    readonly errors: readonly FieldError[] = [],
  ) {
    super(code);
    this.name = 'Problem';
  }

  get status(): number {
    return problems[this.code].status;
  }

  /** The body of the answer, `application/problem+json`. */
  body(language: Language): ProblemBody {
    return {
      type: `urn:samraad:problem:${this.code}`,
      title: problems[this.code][language],
      status: this.status,
      code: this.code,
      ...(this.detail === undefined ? {} : { detail: inLanguage(this.detail, language) }),
      ...(this.errors.length === 0 ? {} : { errors: this.errors.map(({ field, message }) => ({ field, message: inLanguage(message, language) })) }),
    };
  }
}

/** Too often; when it may be tried again goes with it as `Retry-After` (RFC 9110 § 10.2.3). */
export class TooManyRequests extends Problem {
  constructor(
    readonly retryAfterSeconds: number,
    detail?: string,
  ) {
    super('too-many-requests', detail);
  }
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  errors?: FieldError[];
}
