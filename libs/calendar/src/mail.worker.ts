import { parentPort, workerData } from 'node:worker_threads';
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';
import { itipAnswerIn, type ItipAnswer } from './itip-answer.js';

/** A message as it came in, read in a thread that is killed when it takes too long or too much. */
export interface MailReading {
  /** Every address that says whom it was for. */
  recipients: string[];
  answer: ItipAnswer | null;
  /** Somebody's mail server says that our mail was not delivered, and will not be. */
  isBounce: boolean;
}
export interface MailJob {
  mark: typeof mailWorkerMark;
  message: Uint8Array;
}
export type MailAnswer = { reading: MailReading } | { fault: 'unreadable' };

/** Says that a thread was started to do this work; the same file is imported elsewhere for its function. */
export const mailWorkerMark = 'samraad-mail';

/** Attachments are not unpacked, and HTML is not looked at. */
export async function readMail(message: Uint8Array): Promise<MailAnswer> {
  try {
    const mail = await simpleParser(Buffer.from(message), { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true });
    return { reading: { recipients: recipientsOf(mail), answer: answerIn(mail), isBounce: isBounce(mail) } };
  } catch {
    // A text of a stranger is no reason to say it to a log.
    return { fault: 'unreadable' };
  }
}

const addressesIn = (field: AddressObject | AddressObject[] | undefined): string[] =>
  (field === undefined ? [] : Array.isArray(field) ? field : [field]).flatMap((one) => one.value).flatMap((one) => (one.address === undefined ? [] : [one.address]));

/** Also what the servers in between wrote down: a list or a rule may have changed who it says it is to. */
function recipientsOf(mail: ParsedMail): string[] {
  const noted = mail.headerLines.filter(({ key }) => key === 'delivered-to' || key === 'x-original-to' || key === 'envelope-to').map(({ line }) => line.slice(line.indexOf(':') + 1).trim().replace(/^<(.*)>$/, '$1'));
  return [...addressesIn(mail.to), ...addressesIn(mail.cc), ...noted].slice(0, 100);
}

/** The calendar that stands in the mail, or is attached to it. */
function answerIn(mail: ParsedMail): ItipAnswer | null {
  for (const part of mail.attachments) {
    const isCalendar = part.contentType === 'text/calendar' || part.contentType === 'application/ics' || /\.ics$/i.test(part.filename ?? '');
    if (!isCalendar) continue;
    const { params } = part.headers.get('content-type') as { params?: Record<string, string> } | undefined ?? {};
    const found = itipAnswerIn(decoded(part.content, params?.charset), params?.method ?? null);
    if (found !== null) return found;
  }
  return null;
}

function decoded(bytes: Uint8Array, charset: string | undefined): string {
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** RFC 3464. A warning that it is late is none. */
function isBounce(mail: ParsedMail): boolean {
  const type = mail.headers.get('content-type') as { value?: string; params?: Record<string, string> } | undefined;
  if (type?.value !== 'multipart/report' || type.params?.['report-type'] !== 'delivery-status') return false;
  // Whichever of the two the parser takes the report for.
  const reports = mail.attachments.filter((part) => part.contentType === 'message/delivery-status').map((part) => part.content.toString('latin1'));
  return [mail.text ?? '', ...reports].some((report) => /^action:\s*failed\s*$/im.test(report));
}

if ((workerData as MailJob | null)?.mark === mailWorkerMark) void readMail((workerData as MailJob).message).then((answer) => parentPort?.postMessage(answer));
