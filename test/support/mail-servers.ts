import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A message as a server took it over. */
export interface Delivered {
  from: string;
  to: string[];
  raw: Buffer;
  mail: ParsedMail;
}

/** A mail server that keeps what it is given, and refuses whom a test says. */
export class SmtpSink {
  readonly delivered: Delivered[] = [];
  /** What is answered to a recipient; undefined takes her. */
  refusal: (address: string) => number | undefined = () => undefined;

  private constructor(private readonly server: SMTPServer) {}

  static async start(): Promise<SmtpSink> {
    const server: SMTPServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _session, done) => {
        const code = sink.refusal(address);
        done(code === undefined ? undefined : Object.assign(new Error('not here'), { responseCode: code }));
      },
      onData: (stream, session, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const raw = Buffer.concat(parts);
          void simpleParser(raw).then((mail) => {
            const { mailFrom, rcptTo } = session.envelope;
            sink.delivered.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map((one) => one.address), raw, mail });
            done();
          });
        });
      },
    });
    const sink = new SmtpSink(server);
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return sink;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** What came since the last time. */
  taken(): Delivered[] {
    return this.delivered.splice(0);
  }

  stop(): Promise<void> {
    return new Promise((done) => this.server.close(() => done()));
  }
}
