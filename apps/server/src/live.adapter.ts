import type { IncomingMessage } from 'node:http';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { INestApplicationContext } from '@nestjs/common';
import type { Server, ServerOptions } from 'socket.io';
import { livePath } from '@lib/contracts/live.js';
import { TooManyRequests } from '@lib/contracts/problems.js';
import { readSessionToken } from '@lib/access/session-cookie.js';
import { Sessions, type Session } from '@lib/access/sessions.service.js';
import { Config } from '@lib/platform/config.js';
import { Outbox } from '@lib/platform/outbox.service.js';
import { refuseUpgrade } from '@lib/platform/refuse-upgrade.js';
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
    const house = { sessions: this.app.get(Sessions), origins: this.app.get(Origins), isSecure: this.app.get(Config).secureCookies, limits: this.app.get(SocketLimits), outbox: this.app.get(Outbox) };
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
        // Said by ourselves: engine.io answers 400 to whatever is refused, and cannot say when to come back [RL2].
        const answer = (session: Session | null) => {
          if (session === null) return refuseUpgrade(request.socket, 403);
          request.samraadSession = session;
          admit(null, true);
        };
        admitted(house, request).then(answer, (error: unknown) => {
          if (error instanceof TooManyRequests) refuseUpgrade(request.socket, error.status, { 'Retry-After': String(error.retryAfterSeconds) });
          else answer(null);
        });
      },
    } as ServerOptions);
  }
}

interface LiveDoor {
  sessions: Pick<Sessions, 'fromToken'>;
  origins: Pick<Origins, 'allows'>;
  limits: Pick<SocketLimits, 'admit'>;
  outbox: Pick<Outbox, 'isCurrent'>;
  isSecure: boolean;
}

/** It tells ids, and nothing restricted. */
const door = { route: 'socket /live', rule: null, object: null };

/**
 * Whose live socket this is; null lets nobody in. A process that is cut off from the others could not say who may hear what.
 *
 * @throws TooManyRequests
 */
export async function admitted({ sessions, origins, limits, outbox, isSecure }: LiveDoor, request: IncomingMessage): Promise<Session | null> {
  const token = readSessionToken(request.headers.cookie, isSecure);
  if (token === null || !origins.allows(request.headers.origin) || !outbox.isCurrent()) return null;
  return limits.admit(request, door, () => sessions.fromToken(token));
}
