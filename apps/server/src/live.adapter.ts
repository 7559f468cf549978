import type { IncomingMessage } from 'node:http';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { INestApplicationContext } from '@nestjs/common';
import type { Server, ServerOptions } from 'socket.io';
import { livePath } from '@lib/contracts/live.js';
import { readSessionToken } from '@lib/access/session-cookie.js';
import { Sessions, type Session } from '@lib/access/sessions.service.js';
import { Config } from '@lib/platform/config.js';
import { Outbox } from '@lib/platform/outbox.service.js';
import { Origins } from './origins.js';
import { SocketLimits } from './socket-limits.service.js';

/** The request of an admitted live socket carries its session. */
export type LiveRequest = IncomingMessage & { samraadSession?: Session };

/**
 * Admits live sockets at their upgrade: exact Origin and a living session. Nest's guards do not run there, and `cors`
 * does not hold for websockets. Websocket only: polling would send state changes without an Origin.
 */
export class LiveAdapter extends IoAdapter {
  constructor(private readonly app: INestApplicationContext) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const sessions = this.app.get(Sessions);
    const origins = this.app.get(Origins);
    const secure = this.app.get(Config).secureCookies;
    const limits = this.app.get(SocketLimits);
    const outbox = this.app.get(Outbox);
    return super.createIOServer(port, {
      ...options,
      path: livePath,
      serveClient: false,
      transports: ['websocket'],
      // The collaboration endpoint answers upgrades on the same server; engine.io must leave them alone.
      destroyUpgrade: false,
      maxHttpBufferSize: 16 * 1024,
      perMessageDeflate: false,
      allowRequest: (request: LiveRequest, admit: (error: string | null, ok: boolean) => void) => {
        const token = readSessionToken(request.headers.cookie, secure);
        if (!origins.allows(request.headers.origin) || token === null || !outbox.isCurrent()) return admit('not admitted', false);
        limits
          .isWithin(request)
          .then((within) => (within ? sessions.fromToken(token) : null))
          .then(
          (session) => {
            if (session === null) return admit('not admitted', false);
            request.samraadSession = session;
            admit(null, true);
          },
          () => admit('not admitted', false),
        );
      },
    } as ServerOptions);
  }
}
