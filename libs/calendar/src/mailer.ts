import { createTransport, type Transporter } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool/index.js';
import type { MailMessage } from './mail-message.js';

/** `refused`: it will never be taken; `later`: not now; `away`: no mail can be sent at all now. */
export type SendResult = 'sent' | 'refused' | 'later' | 'away';

/** Hands mail to the operator's server. */
export abstract class Mailer {
  abstract send(message: MailMessage): Promise<SendResult>;
  abstract close(): void;
}

const timeoutMs = 15_000;

/** By SMTP, on few connections that are kept. */
export class SmtpMailer extends Mailer {
  private readonly transport: Transporter<SMTPPool.SentMessageInfo>;

  /**
   * @param url       `smtps://user:password@host:465`, or `smtp://`
   * @param needsTls whether a connection that began in the clear must become TLS before anything is said
   */
  constructor(url: string, needsTls: boolean) {
    super();
    const { protocol, hostname, port, username, password } = new URL(url);
    const secure = protocol === 'smtps:';
    this.transport = createTransport({
      pool: true,
      maxConnections: 2,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
      requireTLS: !secure && needsTls,
      ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: 2 * timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send({ id, from, to, subject, text, method, icalendar }: MailMessage): Promise<SendResult> {
    try {
      await this.transport.sendMail({
        messageId: id,
        from: { name: 'Samråd', address: from },
        replyTo: from,
        to,
        // What cannot be delivered comes back to the address that says whose it was.
        envelope: { from, to: [to] },
        subject,
        text,
        // The parameter must say what METHOD says, or Outlook shows a file.
        alternatives: [{ contentType: `text/calendar; charset=utf-8; method=${method}`, content: icalendar }],
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      return 'sent';
    } catch (error) {
      return resultOf(error);
    }
  }

  close(): void {
    this.transport.close();
  }
}

/** Of a recipient alone it is said that she is refused for good: a server that refuses the sender, or does not answer, refuses everybody. */
function resultOf(error: unknown): SendResult {
  const { code, command, responseCode = 0 } = error as { code?: string; command?: string; responseCode?: number };
  const isOfMessage = (code === 'EENVELOPE' && command === 'RCPT TO') || (code === 'EMESSAGE' && command === 'DATA');
  if (!isOfMessage) return 'away';
  return responseCode >= 500 ? 'refused' : 'later';
}
