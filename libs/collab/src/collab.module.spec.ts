import 'reflect-metadata';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { Sessions, type Session } from '@lib/access/sessions.service.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { FileKeyManagement } from '@lib/platform/file-key-management.js';
import { PlatformModule } from '@lib/platform/platform.module.js';
import type { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { SystemClock } from '@lib/platform/clock.js';
import { asOwner } from '../../../test/support/test-database.js';
import { CollabGateway } from './collab.gateway.js';
import { CollabModule } from './collab.module.js';
import { CollabDocuments } from './documents.service.js';
import type { DocumentText } from './document-content.js';
import { Projector } from './projector.service.js';
import { until } from './spec-server.js';
import { openTestDatabase } from './spec-sql.js';
import { SqlStore } from './sql-store.service.js';
import { Tickets } from './tickets.service.js';

@Module({})
class TestModule {}

/** The real services on the real tables, with the standard client on a real socket. */
describe('CollabModule', () => {
  let app: INestApplicationContext;
  let http: Server;
  let drop: () => Promise<void>;
  let unitOfWork: UnitOfWork;
  const authorityId = 'municipality:test';
  const meetingId = newId();
  const projected = new Map<string, DocumentText>();
  const providers: WebsocketProvider[] = [];

  beforeAll(async () => {
    const opened = await openTestDatabase();
    drop = opened.drop;
    const platform = PlatformModule.register({ config: opened.config, database: opened.database, keys: new FileKeyManagement(null, true) });
    app = await NestFactory.createApplicationContext({ module: TestModule, imports: [platform, CollabModule] }, { logger: ['error'] });
    unitOfWork = asOwner(opened.database.dataSource, new SystemClock());
    app.get(Projector).onProjected = async (documentId, _itemId, text) => void projected.set(documentId, text);
    http = createServer();
    app.get(CollabGateway).attach(http, { isAllowedOrigin: () => false, sessionToken: () => null });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    await unitOfWork.run(async (tx) => {
      await tx.query("INSERT INTO authority (id, kind, sector, name) VALUES ($1, 'municipality', 'municipality', 'Testby Kommune')", [authorityId]);
      await tx.query(
        `INSERT INTO meeting (id, kind_id, owner_authority_id, title, start_local, time_zone, start_instant, duration_minutes, state, agenda_state, minutes_state, created_at, version, own_place, own_video_link)
         VALUES ($1, 'caseConsultation', $2, '\\x00', '2026-12-07T13:00', 'Europe/Copenhagen', now(), 60, 'confirmed', 'building', 'draft', now(), 1, false, false)`,
        [meetingId, authorityId],
      );
    });
  }, 60_000);

  afterEach(() => {
    for (const provider of providers.splice(0)) {
      provider.destroy();
      provider.doc.destroy();
    }
  });

  afterAll(async () => {
    await app.close();
    await new Promise((resolve) => http.close(resolve));
    await drop();
  });

  async function signIn(name: string): Promise<Session> {
    const [personId, membershipId] = [newId(), newId()];
    await unitOfWork.run(async (tx) => {
      await tx.query('INSERT INTO person (id, name) VALUES ($1, $2)', [personId, name]);
      await tx.query("INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from) VALUES ($1, $2, $3, 'participant', '', '2026-01-01')", [membershipId, personId, authorityId]);
    });
    const session = await app.get(Sessions).fromToken(await app.get(Sessions).create(membershipId));
    if (session === null) throw new Error('no session');
    return session;
  }

  async function newItem(readers: readonly Session[]): Promise<{ itemId: string; documentId: string }> {
    const [itemId, documentId] = [newId(), newId()];
    await unitOfWork.run(async (tx) => {
      await app.get(Keyring).create(tx, authorityId, [itemId]);
      await tx.query(
        `INSERT INTO agenda_item (id, meeting_id, document_id, order_key, planned_minutes, output_type, confidentiality, mandatory, per_person, audience_kind, title, led_by, created_at, state, version, from_template)
         VALUES ($1, $2, $3, $4, 10, 'discussion', 'internal', false, false, 'all', '\\x00', '\\x00', now(), 'open', 1, false)`,
        [itemId, meetingId, documentId, itemId],
      );
      await app.get(CollabDocuments).createAll(tx, [{ documentId, itemId, title: 'Punkt', agendaParagraphs: ['Baggrund', 'Spørgsmål'] }]);
    });
    await setReaders(itemId, readers);
    return { itemId, documentId };
  }

  const setReaders = (itemId: string, readers: readonly Session[]) => unitOfWork.run((tx) => app.get(ItemAccess).setAudienceIn(tx, [{ itemId, audience: { kind: 'all' } }], readers.map((one) => ({ ...one, sector: 'municipality' as const }))));

  async function open(session: Session, documentId: string): Promise<WebsocketProvider> {
    const { ticket, clientId } = await app.get(Tickets).issue(session, documentId);
    const doc = new Y.Doc();
    doc.clientID = clientId;
    const provider = new WebsocketProvider(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/yjs`, documentId, doc, {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      params: { ticket },
      disableBc: true,
    });
    providers.push(provider);
    await until('synced', () => provider.synced);
    return provider;
  }

  it('[CO45] seeds a document with its item, reads it as text, and projects what people write', async () => {
    const [anna, bo] = [await signIn('Anna'), await signIn('Bo')];
    const { documentId } = await newItem([anna, bo]);
    expect(await app.get(CollabDocuments).text(documentId)).toEqual({ title: 'Punkt', agendaText: 'Baggrund\nSpørgsmål', minutesText: '' });
    const a = await open(anna, documentId);
    const b = await open(bo, documentId);
    a.doc.getText('title').insert(5, ' 3');
    await until('b sees it', () => b.doc.getText('title').toString() === 'Punkt 3');
    await until('projected', () => projected.get(documentId)?.title === 'Punkt 3');
    expect((await app.get(CollabDocuments).text(documentId)).title).toBe('Punkt 3');
  });

  it('[CO33] an audience that is narrowed closes the sockets of those outside, and no ticket opens them again', async () => {
    const [anna, bo] = [await signIn('Anna'), await signIn('Bo')];
    const { documentId, itemId } = await newItem([anna, bo]);
    await open(anna, documentId);
    const b = await open(bo, documentId);
    let code = 0;
    b.on('connection-close', (event) => (code = event?.code ?? 0));
    await setReaders(itemId, [anna]);
    app.get(DomainEvents).emitHere('item.audienceChanged', { itemId, meetingId, affected: [bo.membershipId] });
    await until('b is out', () => code === 4403);
    await expect(app.get(Tickets).issue(bo, documentId)).rejects.toMatchObject({ code: 'not-found' });
    await expect(app.get(Tickets).issue(bo, newId())).rejects.toMatchObject({ code: 'not-found' });
  });

  it('[CO33] signing out closes the sockets of the session', async () => {
    const anna = await signIn('Anna');
    const { documentId } = await newItem([anna]);
    const a = await open(anna, documentId);
    let code = 0;
    a.on('connection-close', (event) => (code = event?.code ?? 0));
    await app.get(Sessions).end(anna.id);
    await until('out', () => code === 4401);
  });

  it('[CO34] a document frozen in a transaction takes nothing more', async () => {
    const anna = await signIn('Anna');
    const { documentId } = await newItem([anna]);
    const a = await open(anna, documentId);
    let code = 0;
    a.on('connection-close', (event) => (code = event?.code ?? 0));
    await unitOfWork.run((tx) => app.get(CollabDocuments).setStateIn(tx, documentId, 'frozen'));
    a.doc.getText('title').insert(0, 'for sent');
    await until('refused', () => code === 4423);
    expect((await app.get(CollabDocuments).text(documentId)).title).toBe('Punkt');
  });

  it('[CO75] words that an older release let in where our editor knows none are put right before a browser deletes them', async () => {
    const anna = await signIn('Anna');
    const { documentId, itemId } = await newItem([anna]);
    const doc = new Y.Doc();
    const seeds = (await app.get(SqlStore).load(documentId))!.updates;
    for (const update of seeds) Y.applyUpdate(doc, update);
    const before = Y.encodeStateVector(doc);
    const table = new Y.XmlElement('table');
    table.insert(0, [new Y.XmlText('Barnets ord')]);
    doc.getXmlFragment('minutes').insert(0, [table]);
    await app.get(SqlStore).append([{ rowId: newId(), documentId, itemId, personId: null, sessionId: null, payload: Y.encodeStateAsUpdate(doc, before), clientIds: [] }]);
    // Whoever opens it sees to it.
    const a = await open(anna, documentId);
    const minutes = () => a.doc.getXmlFragment('minutes').toString();
    await until('put right', () => minutes().startsWith('<paragraph>Barnets ord</paragraph>'));
    expect(minutes()).not.toContain('table');
    await until('projected', () => projected.get(documentId)?.minutesText === 'Barnets ord');
    let rows = 0;
    for (const end = Date.now() + 20_000; rows !== 1; ) {
      if (Date.now() > end) throw new Error('never compacted');
      rows = (await app.get(SqlStore).load(documentId))!.updates.length;
    }
    ((a.doc.getXmlFragment('minutes').get(0) as Y.XmlElement).get(0) as Y.XmlText).insert(0, '»');
    await until('goes on', () => projected.get(documentId)?.minutesText === '»Barnets ord');
  }, 30_000);

  it('[CO46] five hundred edits later what was typed and deleted is in no row, and in no byte that a newcomer receives', async () => {
    const anna = await signIn('Anna');
    const { documentId, itemId } = await newItem([anna]);
    const a = await open(anna, documentId);
    const text = (a.doc.getXmlFragment('minutes').get(0) as Y.XmlElement).get(0) as Y.XmlText;
    const rows = async () => {
      const sealer = await app.get(Keyring).sealerFor(itemId);
      const found = await unitOfWork.run((tx) => tx.query<{ id: string; payload: Uint8Array }>('SELECT id, payload FROM yjs_update WHERE document_id = $1 ORDER BY seq', [documentId]));
      return found.map(({ id, payload }) => sealer.open(payload, { table: 'yjs_update', rowId: id, column: 'payload' }));
    };
    text.insert(0, 'Barnet hemmelighed');
    text.delete(6, 12);
    for (let n = 0; n < 500; n++) text.insert(text.length, n % 10 === 0 ? ' ' : 'x');
    await until('projected', () => projected.get(documentId)?.minutesText === text.toString().trimEnd());
    // 502 edits and the first words were stored; a compaction leaves one row and what came after its reading.
    for (const end = Date.now() + 20_000; (await rows()).length >= 500; ) if (Date.now() > end) throw new Error('never compacted');
    expect(Buffer.concat(await rows()).includes('hemmelighed')).toBe(false);

    const bytes: Buffer[] = [];
    const { ticket } = await app.get(Tickets).issue(anna, documentId);
    const newcomer = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/yjs/${documentId}?ticket=${ticket}`);
    newcomer.on('message', (data: Buffer) => void bytes.push(data));
    newcomer.on('open', () => newcomer.send(Buffer.from([0, 0, 1, 0])));
    await until('the newcomer has the content', () => Buffer.concat(bytes).includes('Barnet'));
    newcomer.close();
    expect(Buffer.concat(bytes).includes('hemmelighed')).toBe(false);

    text.insert(0, 'Videre: ');
    await until('goes on', () => projected.get(documentId)?.minutesText === text.toString().trimEnd());
  }, 60_000);
});
