import { ImapFlow } from 'imapflow';
import { log } from '@lib/platform/log.js';
import { mostMailBytes, type MailInbox } from './mail-inbox.service.js';

const timeoutMs = 20_000;
/** Of one run; the rest waits for the next. */
const aRun = 200;

/** The product's own mailbox, as its server keeps it; nobody else reads there. */
export class ImapMailbox {
  /**
   * @param url       `imaps://user:password@host:993/INBOX`, or `imap://`
   * @param needsTls whether a connection that began in the clear must become TLS before anything is said
   */
  constructor(
    private readonly url: string,
    private readonly needsTls: boolean,
  ) {}

  /**
   * [MA10] Takes in what is unread, the oldest first. One is marked as read after what became of it is committed: a process that ends in
   * between takes it in again, which changes nothing.
   *
   * @throws Error when the server does not answer as it should; what was not taken in stays unread
   */
  async collect(inbox: MailInbox): Promise<number> {
    const { protocol, hostname, port, username, password, pathname } = new URL(this.url);
    const secure = protocol === 'imaps:';
    const client = new ImapFlow({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (secure ? 993 : 143) : Number(port),
      secure,
      ...(secure ? {} : { doSTARTTLS: this.needsTls }),
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
      logger: false,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: 3 * timeoutMs,
    });
    // Said again by whatever is under way; without a listener it would end the process.
    client.on('error', () => undefined);
    await client.connect();
    try {
      const box = await client.mailboxOpen(decodeURIComponent(pathname.slice(1)) || 'INBOX');
      const found = (await client.search({ seen: false }, { uid: true })) || [];
      let taken = 0;
      for (const uid of found.slice(0, aRun)) {
        try {
          await this.takeOne(client, inbox, box.uidValidity, uid);
          taken++;
        } catch (error) {
          // One that cannot be taken in stays unread, and keeps nothing behind it waiting; a line that broke ends the run.
          if (!client.usable) throw error;
          log.error({ error }, 'mail not taken in');
        }
      }
      return taken;
    } finally {
      await client.logout().catch(() => client.close());
    }
  }

  private async takeOne(client: ImapFlow, inbox: MailInbox, validity: bigint, uid: number): Promise<void> {
    const about = await client.fetchOne(String(uid), { size: true, uid: true }, { uid: true });
    // Taken away by somebody meanwhile.
    if (about === false) return;
    // What is too large is not fetched: that it came is kept, and it stays where it is.
    if ((about.size ?? 0) > mostMailBytes) await inbox.passOver(`${validity} ${uid}`);
    else {
      const message = await client.fetchOne(String(uid), { source: true, uid: true }, { uid: true });
      if (message === false || message.source === undefined) return;
      await inbox.takeIn(message.source);
    }
    await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
  }
}
