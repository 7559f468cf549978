import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { entryColumns, TrailReader, type EntryRow } from './trail-reader.service.js';

export const verdicts = ['inOrder', 'followUp'] as const;
export type Verdict = (typeof verdicts)[number];

interface SampleRow {
  id: string;
  from_instant: Date;
  to_instant: Date;
  size: number;
  population: number;
  seed: string;
  membership_id: string;
  drawn_at: Date;
  answered: number;
  to_follow: number;
}

/** [AC95] What its own people opened, and where others asked when its people can come; $1 is the authority. */
const concerns = '(e.authority_id = $1 OR e.asked_authority_ids @> ARRAY[$1::text])';

/**
 * [AC95] Which entries of a period a seed draws: those whose SHA-256 of seed and id come first. Anybody with the seed can
 * draw again and sees that nobody chose.
 */
const drawn = `SELECT e.id, e."at" FROM trail_entry e WHERE ${concerns} AND e."at" >= $2 AND e."at" < $3
  ORDER BY sha256(convert_to($4 || e.id::text, 'UTF8')) LIMIT $5`;

/** The regular check of an authority: a random sample of what its people were shown, and what the auditor found. */
@Injectable()
export class TrailSamples {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: TrailReader,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /**
   * Draws a sample of what people of the own authority were shown.
   *
   * @param input.from inclusive, `input.to` exclusive: ISO instants
   * @param request repeated, it draws nothing anew: a sample that can be drawn again until it pleases is none
   * @throws Problem `not-allowed`, `invalid-input` for a period with nothing in it, `idempotency-conflict`
   */
  async draw(subject: Subject, input: { from: string; to: string; size: number }, request?: IdempotentRequest) {
    this.reader.assertAuditor(subject);
    const seed = randomBytes(16).toString('hex');
    const drawnId = await this.asTrail(async (tx) => {
      const before = await this.idempotency.recallIn(tx, subject.personId, request);
      if (before !== null) return before;
      const id = newId();
      const period = [subject.authorityId, input.from, input.to];
      const [count] = await tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM trail_entry e WHERE ${concerns} AND e."at" >= $2 AND e."at" < $3`, period);
      if (count!.n === 0) throw new Problem('invalid-input', undefined, [{ field: 'from', message: 'Der er ingen opslag i perioden.' }]);
      const rows = await tx.query<{ id: string; at: Date }>(drawn, [...period, seed, input.size]);
      await tx.query(
        `INSERT INTO trail_sample (id, authority_id, from_instant, to_instant, size, population, seed, membership_id, drawn_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [id, ...period, rows.length, count!.n, seed, subject.membershipId, this.clock.now().toString()],
      );
      await tx.query(
        `INSERT INTO trail_sample_entry (sample_id, position, entry_id, "at") SELECT $1::uuid, n, entry, at FROM unnest($2::uuid[], $3::timestamptz[]) WITH ORDINALITY AS t (entry, at, n)`,
        [id, rows.map((row) => row.id), rows.map((row) => row.at.toISOString())],
      );
      await this.keyring.create(tx, subject.authorityId, [id]);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      return id;
    });
    return this.get(subject, drawnId);
  }

  /** The samples of the own authority, newest first; at most a hundred. */
  async list(subject: Subject) {
    this.reader.assertAuditor(subject);
    return this.asTrail(async (tx) => this.summariesIn(tx, await this.rowsIn(tx, subject, null)));
  }

  /** @throws Problem `not-found` for another authority's too */
  async get(subject: Subject, sampleId: string) {
    this.reader.assertAuditor(subject);
    return this.asTrail(async (tx) => {
      const [summary] = await this.summariesIn(tx, await this.rowsIn(tx, subject, sampleId));
      if (summary === undefined) throw new Problem('not-found');
      const rows = await tx.query<EntryRow & { position: number }>(
        `SELECT s.position, ${entryColumns} FROM trail_sample_entry s JOIN trail_entry e ON e.id = s.entry_id AND e."at" = s."at" WHERE s.sample_id = $1 ORDER BY s.position`,
        [sampleId],
      );
      const views = await this.reader.viewsIn(tx, subject, rows);
      const answers = await tx.query<{ id: string; position: number; verdict: Verdict; note: Uint8Array | null; membership_id: string; at: Date }>(
        'SELECT DISTINCT ON (position) id, position, verdict, note, membership_id, "at" FROM trail_verdict WHERE sample_id = $1 ORDER BY position, id DESC',
        [sampleId],
      );
      const people = await this.directory.pastMembersIn(tx, answers.map((row) => row.membership_id));
      const sealer = await this.keyring.sealerIn(tx, sampleId);
      return {
        ...summary,
        entries: rows.map((row, n) => {
          const answer = answers.find((one) => one.position === row.position);
          return {
            position: row.position,
            entry: views[n]!,
            verdict: answer?.verdict ?? null,
            note: answer?.note == null ? null : sealer.openText(answer.note, { table: 'trail_verdict', rowId: answer.id, column: 'note' }),
            by: answer === undefined ? null : people.get(answer.membership_id)!,
            at: answer?.at.toISOString() ?? null,
          };
        }),
      };
    });
  }

  /** What the auditor found. An earlier answer stays on record. @throws Problem `not-found` */
  async judge(subject: Subject, sampleId: string, position: number, verdict: Verdict, note: string | null) {
    this.reader.assertAuditor(subject);
    await this.asTrail(async (tx) => {
      const [row] = await tx.query('SELECT 1 FROM trail_sample_entry e JOIN trail_sample s ON s.id = e.sample_id WHERE s.id = $1 AND s.authority_id = $2 AND e.position = $3', [sampleId, subject.authorityId, position]);
      if (row === undefined) throw new Problem('not-found');
      const id = newId();
      const sealed = note === null ? null : (await this.keyring.sealerIn(tx, sampleId)).sealText(note, { table: 'trail_verdict', rowId: id, column: 'note' });
      await tx.query('INSERT INTO trail_verdict (id, sample_id, position, verdict, note, membership_id, "at") VALUES ($1, $2, $3, $4, $5, $6, $7)', [id, sampleId, position, verdict, sealed, subject.membershipId, this.clock.now().toString()]);
    });
    return this.get(subject, sampleId);
  }

  private asTrail<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.unitOfWork.run(work, { as: 'trail' });
  }

  private rowsIn(tx: Tx, subject: Subject, sampleId: string | null): Promise<SampleRow[]> {
    return tx.query<SampleRow>(
      `SELECT s.*, COALESCE(v.answered, 0)::int AS answered, COALESCE(v.to_follow, 0)::int AS to_follow FROM trail_sample s
       LEFT JOIN LATERAL (SELECT count(*) AS answered, count(*) FILTER (WHERE l.verdict = 'followUp') AS to_follow
         FROM (SELECT DISTINCT ON (position) verdict FROM trail_verdict WHERE sample_id = s.id ORDER BY position, id DESC) l) v ON TRUE
       WHERE s.authority_id = $1 AND ($2::uuid IS NULL OR s.id = $2) ORDER BY s.drawn_at DESC, s.id DESC LIMIT 100`,
      [subject.authorityId, sampleId],
    );
  }

  private async summariesIn(tx: Tx, rows: readonly SampleRow[]) {
    const people = await this.directory.pastMembersIn(tx, rows.map((row) => row.membership_id));
    return rows.map((row) => ({
      id: row.id,
      from: row.from_instant.toISOString(),
      to: row.to_instant.toISOString(),
      size: row.size,
      population: row.population,
      seed: row.seed,
      drawnBy: people.get(row.membership_id)!,
      drawnAt: row.drawn_at.toISOString(),
      answered: row.answered,
      toFollow: row.to_follow,
    }));
  }
}
