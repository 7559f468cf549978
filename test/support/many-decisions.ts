import { Keyring } from '@lib/platform/keyring.service.js';
import { newId } from '@lib/platform/ids.js';
import type { TestServer } from './test-server.js';

/**
 * Writes decisions like one that was recorded, with other texts and nothing else of their own, in one statement each for all
 * of them: a log of hundreds of pages is what is tried then, not recording, which takes its time.
 *
 * @param id of a decision with one entry in its timeline
 */
export async function likeDecision(server: TestServer, id: string, texts: readonly string[]): Promise<void> {
  await server.unitOfWork.run(async (tx) => {
    const [row] = await tx.query<{ item_id: string; content: Buffer }>('SELECT item_id, content FROM decision WHERE id = $1', [id]);
    const sealer = await server.running.app.get(Keyring).sealerIn(tx, row!.item_id);
    const content = JSON.parse(sealer.openText(row!.content, { table: 'decision', rowId: id, column: 'content' })) as { text: string };
    const copies = texts.map((text) => {
      const copy = newId();
      return { id: copy, content: sealer.sealText(JSON.stringify({ ...content, text }), { table: 'decision', rowId: copy, column: 'content' }), eventId: newId() };
    });
    const parameters = [id, copies.map((one) => one.id), copies.map((one) => one.content), copies.map((one) => one.eventId)];
    await tx.query(
      `INSERT INTO decision SELECT r.* FROM decision d CROSS JOIN unnest($2::uuid[], $3::bytea[], $4::uuid[]) c(id, content, event_id)
       CROSS JOIN jsonb_populate_record(d, jsonb_build_object('id', c.id, 'content', c.content)) r WHERE d.id = $1`,
      parameters,
    );
    await tx.query(
      `INSERT INTO decision_event SELECT r.* FROM decision_event e CROSS JOIN unnest($2::uuid[], $3::bytea[], $4::uuid[]) c(id, content, event_id)
       CROSS JOIN jsonb_populate_record(e, jsonb_build_object('id', c.event_id, 'decision_id', c.id)) r WHERE e.decision_id = $1`,
      parameters,
    );
  });
}
