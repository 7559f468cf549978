import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { ItemAccess } from '@lib/access/item-access.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import { cprDigits } from '@lib/contracts/cpr.js';
import { Problem } from '@lib/contracts/problems.js';
import { Clock } from '@lib/platform/clock.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { log } from '@lib/platform/log.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { CollabHub } from './collab-hub.service.js';
import { CollabStore } from './collab-store.js';
import type { MaskedCpr } from './document-content.js';

const purpose = 'cpr';
/** Somebody may type at every attempt; the last word is had by the projection after it. */
const attempts = 5;

interface Finding {
  digits: string;
  /** Who wrote most of it; null: the server's own first words. */
  personId: string | null;
}

/**
 * CPR numbers that stand in a document although every browser of ours holds them back: taken out by an edit of the
 * server, then out of storage, and noted. Rules CO80–CO86.
 */
@Injectable()
export class CprGuard implements OnApplicationBootstrap, OnModuleInit {
  /** When numbers of a person were taken out of a document, epoch milliseconds, by document and person. */
  private readonly repairs = new Map<string, number[]>();

  constructor(
    private readonly service: CollabHub,
    private readonly store: CollabStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly access: ItemAccess,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.service.onNumbersGone = (documentId, itemId, numbers) =>
      void this.wipe(documentId, itemId, numbers).catch((error: unknown) => log.error({ documentId, error }, 'a deleted CPR number could not be taken out of storage'));
  }

  /** What a killed process had begun is ended, before anybody waits for it. */
  async onApplicationBootstrap(): Promise<void> {
    for (const { documentId } of await this.store.wantingCompaction()) await this.service.compactor.fulfil(documentId);
  }

  /**
   * Somebody says that a number in a document is no CPR number: it may stand there from now on, whoever writes it.
   *
   * @param number as it is written; only a fingerprint of its digits is kept
   * @throws Problem `not-found` when the document does not exist or may not be read
   */
  async dismiss(session: Session, documentId: string, number: string): Promise<void> {
    const row = await this.store.find(documentId);
    const readable = await this.access.readable(session, row?.itemId ?? '00000000-0000-0000-0000-000000000000', row?.side);
    if (row === null || readable === null) throw new Problem('not-found');
    const fingerprint = (await this.keyring.sealerFor(row.itemId)).fingerprint(cprDigits(number), purpose);
    await this.unitOfWork.run((tx) =>
      tx.query(
        `INSERT INTO cpr_dismissal (id, document_id, fingerprint, person_id, membership_id, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (document_id, fingerprint, person_id) DO NOTHING`,
        [newId(), documentId, fingerprint, session.personId, session.membershipId, this.clock.now().toString()],
      ),
    );
  }

  /** Of numbers in a document those that nobody has dismissed. */
  async unwanted(documentId: string, itemId: string, numbers: readonly string[]): Promise<Set<string>> {
    if (numbers.length === 0) return new Set();
    const sealer = await this.keyring.sealerFor(itemId);
    const fingerprints = new Map(numbers.map((digits) => [digits, sealer.fingerprint(digits, purpose)]));
    const rows = await this.unitOfWork.run(
      (tx) =>
        tx.query<{ fingerprint: Uint8Array }>('SELECT fingerprint FROM cpr_dismissal WHERE document_id = $1 AND fingerprint = ANY($2::bytea[])', [
          documentId,
          [...fingerprints.values()],
        ]),
      { lane: 'job', as: 'projector' },
    );
    const dismissed = new Set(rows.map(({ fingerprint }) => Buffer.from(fingerprint).toString('hex')));
    return new Set(numbers.filter((digits) => !dismissed.has((fingerprints.get(digits) as Buffer).toString('hex'))));
  }

  /** Takes numbers out of a document, out of what is stored of it, and notes who had written them. */
  async takeOut(documentId: string, itemId: string, numbers: readonly string[]): Promise<void> {
    const state = (await this.store.find(documentId))?.state;
    if (state !== 'open') return this.note(documentId, itemId, numbers.map((digits) => ({ digits, personId: null })), 'locked');
    // Said before the edit: a process that is killed between the two leaves a document that the next one compacts.
    await this.store.wantCompaction(documentId);
    const { hub, heavyWork } = this.service;
    for (let attempt = 0; attempt < attempts; attempt++) {
      let findings: Finding[] | null = null;
      let guilty: string[] = [];
      const isStored = await hub.edit(documentId, async (content, clientId, ownerOf) => {
        const made = await heavyWork.mask(content, numbers, clientId);
        findings = made === null ? [] : made.masked.map(({ digits, writers }) => ({ digits, personId: ownerOf(mainWriter(writers)) ?? null }));
        guilty = made === null ? [] : guiltyOf(made.masked, ownerOf, (digits) => hub.makerOf(documentId, digits));
        return made?.update ?? null;
      });
      if (findings !== null && (isStored || (findings as Finding[]).length === 0)) {
        // Should it fail, it stays wanted: the next number, or the next start, tries again.
        await this.service.compactor.fulfil(documentId);
        await this.note(documentId, itemId, findings, 'masked');
        for (const personId of guilty) this.count(documentId, personId);
        return;
      }
    }
    log.error({ documentId }, 'a CPR number could not be taken out; the next change tries again');
  }

  /** Numbers that were deleted before anybody looked: nothing is to be masked, but they are in what is stored. */
  private async wipe(documentId: string, itemId: string, numbers: readonly Finding[]): Promise<void> {
    const unwanted = await this.unwanted(documentId, itemId, [...new Set(numbers.map(({ digits }) => digits))]);
    if (unwanted.size === 0) return;
    const findings = numbers.filter(({ digits }, index) => unwanted.has(digits) && numbers.findIndex((one) => one.digits === digits) === index);
    await this.store.wantCompaction(documentId);
    await this.service.compactor.fulfil(documentId);
    await this.note(documentId, itemId, findings, 'deleted');
    const guilty = findings.filter(({ digits, personId }) => personId !== null && this.service.hub.makerOf(documentId, digits) === personId);
    for (const personId of new Set(guilty.map((finding) => finding.personId as string))) this.count(documentId, personId);
  }

  /**
   * [CO85] Who answers for the item is told; the application says who that is. With `side` it stood in a document that is
   * one authority's own, of which no other may hear [AC71].
   */
  onFound: (itemId: string, side?: string) => Promise<void> = async () => undefined;

  private async note(documentId: string, itemId: string, findings: readonly Finding[], outcome: 'masked' | 'locked' | 'deleted'): Promise<void> {
    if (findings.length === 0) return;
    const sealer = await this.keyring.sealerFor(itemId);
    const noted = await this.unitOfWork.run(
      (tx) =>
        tx.query(
          `INSERT INTO cpr_finding (id, document_id, person_id, fingerprint, outcome, at)
           SELECT v.id, $1, v.person_id, v.fingerprint, $2, $3::timestamptz FROM unnest($4::uuid[], $5::uuid[], $6::bytea[]) AS v (id, person_id, fingerprint)
           ON CONFLICT DO NOTHING RETURNING id`,
          [documentId, outcome, this.clock.now().toString(), findings.map(() => newId()), findings.map(({ personId }) => personId), findings.map(({ digits }) => sealer.fingerprint(digits, purpose))],
        ),
      { lane: 'job', as: 'projector' },
    );
    if (noted.length === 0) return;
    log.warn({ documentId, itemId, outcome, numbers: noted.length }, 'CPR numbers found in a document');
    await this.onFound(itemId, (await this.store.find(documentId))?.side);
  }

  /** Who does it again and again is kept out for a time. */
  private count(documentId: string, personId: string): void {
    const { maxCprRepairs, cprWindowMs, cprBarMs } = this.service.limits;
    const nowMs = this.clock.now().epochMilliseconds;
    for (const [key, times] of this.repairs) if ((times.at(-1) ?? 0) <= nowMs - cprWindowMs) this.repairs.delete(key);
    const key = `${documentId} ${personId}`;
    const times = [...(this.repairs.get(key) ?? []).filter((time) => time > nowMs - cprWindowMs), nowMs];
    this.repairs.set(key, times);
    if (times.length <= maxCprRepairs) return;
    this.repairs.delete(key);
    log.warn({ documentId, personId }, 'kept out of a document: CPR numbers again and again');
    this.service.hub.bar(documentId, personId, cprBarMs);
  }
}

function mainWriter(writers: MaskedCpr['writers']): number {
  return writers.reduce((most, one) => (one.characters > most.characters ? one : most), { clientId: -1, characters: 0 }).clientId;
}

/**
 * Whoever wrote at least half of a number and made it whole: two who each write a part without knowing are not at fault alone, and
 * nobody is for what another one's deletion joined.
 */
function guiltyOf(masked: readonly MaskedCpr[], ownerOf: (clientId: number) => string | undefined, makerOf: (digits: string) => string | undefined): string[] {
  const guilty = new Set<string>();
  for (const { digits, writers } of masked) {
    const all = writers.reduce((sum, { characters }) => sum + characters, 0);
    for (const { clientId, characters } of writers) {
      const owner = ownerOf(clientId);
      if (owner !== undefined && characters * 2 >= all && makerOf(digits) === owner) guilty.add(owner);
    }
  }
  return [...guilty];
}
