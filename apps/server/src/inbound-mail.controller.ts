import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Problem, TooManyRequests } from '@lib/contracts/problems.js';
import { MailInbox } from '@lib/calendar/mail-inbox.service.js';
import { Clock } from '@lib/platform/clock.js';
import { Config } from '@lib/platform/config.js';
import { Limited } from './rate-limit.guard.js';
import { Public } from './session.guard.js';

export const inboundMailPath = 'inbound-mail';

/** [MA10] How far the clock of the mail server may be from ours. */
const mostSecondsApart = 300;
/** Each holds up to five megabytes. */
const mostAtOnce = 8;
const form = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;

/** [MA10] What a mail server hands on, signed with the secret that the operator gave both. A session counts for nothing here. */
@Public()
@ApiExcludeController()
@Limited('inboundMail')
@Controller(inboundMailPath)
export class InboundMailController {
  private readonly secret: Buffer | null;
  private atWork = 0;

  constructor(
    private readonly inbox: MailInbox,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.secret = secretOf(config);
  }

  /** The body is the message, as message/rfc822. */
  @Post()
  @HttpCode(200)
  async take(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<{ outcome: string }> {
    if (this.secret === null) throw new Problem('not-found');
    const message: unknown = request.body;
    if (!Buffer.isBuffer(message)) throw new Problem('malformed-request');
    this.assertSigned(request.get('x-samraad-signature') ?? '', message);
    if (this.atWork >= mostAtOnce) throw new TooManyRequests(10);
    this.atWork += 1;
    try {
      response.set('Cache-Control', 'no-store');
      return { outcome: await this.inbox.takeIn(message) };
    } finally {
      this.atWork -= 1;
    }
  }

  /** HMAC-SHA-256 over the time, a full stop and the message. @throws Problem `not-signed-in` */
  private assertSigned(header: string, message: Buffer): void {
    const [, seconds, signature] = form.exec(header) ?? [];
    const isNow = seconds !== undefined && Math.abs(Number(seconds) - this.clock.now().epochMilliseconds / 1000) <= mostSecondsApart;
    const expected = createHmac('sha256', this.secret!).update(`${seconds ?? ''}.`).update(message).digest();
    if (signature === undefined || !timingSafeEqual(expected, Buffer.from(signature, 'hex')) || !isNow) throw new Problem('not-signed-in');
  }
}

/** @throws Error for the operator's console */
function secretOf({ SAMRAAD_INBOUND_MAIL_SECRET_FILE: file }: Config): Buffer | null {
  if (file === undefined) return null;
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 32) throw new Error('SAMRAAD_INBOUND_MAIL_SECRET_FILE holds fewer than 32 characters');
  return Buffer.from(secret);
}
