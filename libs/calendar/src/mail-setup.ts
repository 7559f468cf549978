import type { Mailer } from './mailer.js';

/** Who mails, and as whom; provided as null where the operator has set up none. */
export abstract class MailSetup {
  abstract readonly mailer: Mailer;
  /** The product's own, in small letters. */
  abstract readonly address: string;
}
