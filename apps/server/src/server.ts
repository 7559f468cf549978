import type { AddressInfo } from 'node:net';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { readSessionToken } from '@lib/access/session-cookie.js';
import { mostMailBytes } from '@lib/calendar/mail-inbox.service.js';
import { DirectorySeed } from '@lib/access/directory-seed.service.js';
import { livePath } from '@lib/contracts/live.js';
import { Problem } from '@lib/contracts/problems.js';
import { CollabGateway } from '@lib/collab/collab.gateway.js';
import { collabPath } from '@lib/collab/yjs-sockets.gateway.js';
import { FirstAdministrator } from '@lib/identity/first-administrator.service.js';
import type { IdentityOptions } from '@lib/identity/identity.module.js';
import { Installation } from '@lib/identity/installation.service.js';
import { providersOf } from '@lib/identity/providers.service.js';
import { SystemClock, type Clock } from '@lib/platform/clock.js';
import type { Config } from '@lib/platform/config.js';
import { keyManagement } from '@lib/platform/key-managements.js';
import { openDatabase, type Database } from '@lib/platform/database.js';
import type { KeyManagement } from '@lib/platform/key-management.js';
import { refuseUpgrade } from '@lib/platform/refuse-upgrade.js';
import { StoryClock } from '@lib/platform/story-clock.js';
import { appModule } from './app.module.js';
import { DemoStory } from './demo/demo-story.service.js';
import { entities } from './entities.js';
import { frameworkLog } from './framework-log.js';
import { inboundMailPath } from './inbound-mail.controller.js';
import { Jobs } from './jobs.service.js';
import { askAsSession } from './asking.js';
import { speakToAsker } from './language.js';
import { LiveAdapter } from './live.adapter.js';
import { apiPrefix, openApiDocument, unprefixed } from './openapi.js';
import { Origins } from './origins.js';
import { SocketLimits } from './socket-limits.service.js';
import { documentDoor } from './trail-watch.service.js';
import { answerProblem, problemOf } from './problem.filter.js';
import { answerScimError, scimErrorOf, scimPath } from './scim.controller.js';

export interface RunningServer {
  app: NestExpressApplication;
  /** What people type into their browser. */
  address: string;
  port: number;
  /** [ID9] Where the first administrator signs in, in production without one; for the console only. */
  firstAdministratorLink: string | null;
  close(): Promise<void>;
}

interface ServerOptions {
  clock?: Clock;
  /** Lets identity providers be reached without TLS; for tests, and no setting leads here. */
  insecureIssuers?: boolean;
}

/** Starts the whole process: database, directory, jobs, HTTP and both kinds of sockets. */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const insecureIssuers = options.insecureIssuers ?? false;
  const identity = { providers: providersOf(config, insecureIssuers), insecureIssuers };
  const keys = keyManagement(config);
  const database = await openDatabase(config, entities, { believesProcess: options.clock !== undefined, shares: true });
  try {
    return await serve(config, options, { keys, database, identity });
  } catch (error) {
    // Nothing may hold the database of a process that refuses to start.
    await database.close().catch(() => undefined);
    throw error;
  }
}

async function serve(config: Config, options: ServerOptions, { keys, database, identity }: { keys: KeyManagement; database: Database; identity: IdentityOptions }): Promise<RunningServer> {
  const clock = config.tellsStory ? new StoryClock(options.clock ?? new SystemClock()) : options.clock;
  const app = await NestFactory.create<NestExpressApplication>(appModule(config, { database, keys, identity, ...(clock === undefined ? {} : { clock }) }), { logger: frameworkLog, bodyParser: false, abortOnError: false });
  try {
    return await listen(app, config, options.clock === undefined);
  } catch (error) {
    // What was begun already (jobs, the line to other processes) ends with a start that was refused.
    await app.close().catch(() => undefined);
    throw error;
  }
}

async function listen(app: NestExpressApplication, config: Config, runsByItself: boolean): Promise<RunningServer> {
  const origins = app.get(Origins);
  app.set('query parser', 'simple');
  app.disable('x-powered-by');
  app.set('trust proxy', config.SAMRAAD_TRUSTED_PROXIES);
  app.use(securityHeaders(config));
  app.use(refuseNul);
  app.use('/api', noStore, origins.guard, express.json({ limit: '256kb', strict: true }), boundJson, speakToAsker, askAsSession(config));
  app.use(`/${scimPath.split('/')[0]!}`, noStore, express.json({ limit: '512kb', strict: true, type: ['application/scim+json', 'application/json'] }), boundJson);
  // What providers tell by themselves: no page asks, so there is no Origin; the signature says who it is.
  app.use('/oidc', noStore, express.urlencoded({ limit: '32kb', extended: false, parameterLimit: 5 }), speakToAsker);
  // What a mail server hands on is not unpacked: a small body must not become a large one. Where nobody may hand anything on nothing is read.
  if (config.SAMRAAD_INBOUND_MAIL_SECRET_FILE !== undefined) app.use(`/${inboundMailPath}`, noStore, express.raw({ limit: mostMailBytes, type: () => true, inflate: false }));
  app.setGlobalPrefix(apiPrefix, { exclude: [...unprefixed] });
  app.useWebSocketAdapter(new LiveAdapter(app));
  serveDocument(app);
  serveBrowserFiles(app);
  answerEarlyErrors(app);
  await app.init();
  app.use((request: Request, response: Response) => answerEither(request, response, new Problem('not-found')));
  await app.get(Installation).prepare();
  await app.get(DirectorySeed).run();
  app.get(CollabGateway).attach(app.getHttpServer() as Server, { isAllowedOrigin: origins.allows, sessionToken: (cookie) => readSessionToken(cookie, config.secureCookies), admits: async (request, documentId, who) => void (await app.get(SocketLimits).admit(request, documentDoor(documentId), who)) });
  refuseOtherUpgrades(app.getHttpServer() as Server);
  await app.listen(config.PORT, config.HOST);
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  origins.listening(port);
  app.get(Jobs).start(runsByItself);
  app.get(DemoStory).start();
  const firstAdministrator = await app.get(FirstAdministrator).issue();
  const firstAdministratorLink = firstAdministrator === null ? null : `${origins.address}/foerste-administrator#${firstAdministrator}`;
  const close = async () => {
    const server = app.getHttpServer() as Server;
    // Closing waits for every connection; a half-sent request would keep the process for ever.
    server.closeIdleConnections();
    const patience = setTimeout(() => server.closeAllConnections(), 3_000);
    await app.close();
    clearTimeout(patience);
  };
  return { app, address: origins.address, port, firstAdministratorLink, close };
}

export function securityHeaders(config: Pick<Config, 'secureCookies'>) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: config.secureCookies,
  });
}

/** Both websocket servers leave foreign paths alone; somebody must answer them, or the socket stays open for ever. */
function refuseOtherUpgrades(server: Server): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    if (request.url?.startsWith(collabPath) || request.url?.startsWith(`${livePath}/`)) return;
    refuseUpgrade(socket, 404);
  });
}

/** Answers with content belong in no cache, the browser's own included. */
function noStore(_request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store');
  next();
}

/** No address of ours holds a NUL, and PostgreSQL cannot hold one in text. */
function refuseNul(request: Request, response: Response, next: NextFunction): void {
  if (/%00|\0/.test(request.url)) answerProblem(response, new Problem('malformed-request'));
  else next();
}

/** Bodies are shallow; a deep one would exhaust the stack of whatever walks it, and a NUL the database. */
function boundJson(request: Request, response: Response, next: NextFunction): void {
  if (isPlain(request.body, 8)) next();
  else answerEither(request, response, new Problem('malformed-request'));
}

/** Each kind of client in its own form. */
function answerEither(request: Request, response: Response, error: unknown): void {
  if (request.originalUrl.startsWith('/scim')) answerScimError(response, scimErrorOf(error, request));
  else answerProblem(response, problemOf(error, request));
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.entries(value).every(([key, inner]) => !key.includes('\0') && isPlain(inner, depth - 1));
}

/** The OpenAPI document, made once, after all routes stand. */
function serveDocument(app: NestExpressApplication): void {
  let document: string | undefined;
  app.use('/api/v1/openapi.json', (_request: Request, response: Response) => {
    document ??= JSON.stringify(openApiDocument(app));
    response.type('json').send(document);
  });
}

/** The built browser files. Every path that is no file and no endpoint is a page of the single-page application. */
function serveBrowserFiles(app: NestExpressApplication): void {
  const folder = resolve(process.env.SAMRAAD_ROOT ?? process.cwd(), 'dist/apps/web');
  if (!existsSync(join(folder, 'index.html'))) return;
  app.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false, index: false }));
  app.use(express.static(folder, { index: false, cacheControl: false, setHeaders: (response) => response.set('Cache-Control', 'no-cache') }));
  app.use((request: Request, response: Response, next: NextFunction) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !/^\/(api|health|ical|inbound-mail|live|oidc|scim|yjs)(\/|$)/.test(request.path) && request.accepts('html');
    if (!isPage) return next();
    response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: folder });
  });
}

/** What fails before a route is reached (an unreadable body, a missing file) is answered as a problem too. */
function answerEarlyErrors(app: NestExpressApplication): void {
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    if (!request.complete) {
      // The rest of a body that nobody reads would stand in the way of the next request on this connection.
      response.set('Connection', 'close');
      request.resume();
    }
    answerEither(request, response, error);
  });
}
