import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Clock } from '@lib/platform/clock.js';
import { newId } from '@lib/platform/ids.js';
import { log } from '@lib/platform/log.js';
import { forNobody, Opening, type Writing } from '@lib/platform/openings.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { monthOf, type Act, type ObjectKind, type TrailKind, type Who } from './trail.js';
import { TrailMonths } from './trail-months.service.js';

interface Entry extends Omit<Act, 'kind' | 'criterion'> {
  kind: TrailKind;
  criterion: Uint8Array | null;
  asked: readonly string[];
  id: string;
  openingId: string;
  at: string;
}

/** [AC93] Writes the access trail. Nothing in the product changes or takes away an entry. */
@Injectable()
export class Trail {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly months: TrailMonths,
    private readonly clock: Clock,
  ) {}

  /**
   * An opening for `who`: what is opened within it is on record before it is shown. Reads and lists that show nothing
   * restricted leave no entry; all else leaves one in any case.
   *
   * @throws Problem `trail-unavailable`
   */
  async open(who: Who, act: Act): Promise<Opening> {
    const at = this.now();
    const openingId = newId();
    const criterion = await this.guarded(async () => {
      await this.months.ready(monthOf(at));
      return act.criterion == null ? null : { text: act.criterion, sealer: await this.months.sealerFor(who.authorityId, monthOf(at)) };
    });
    const opening: TrailOpening = new TrailOpening(owed[act.kind], act.rule, (tx, scopeIds, isOwed, rule) => {
      const id = newId();
      const sealed = criterion === null ? null : criterion.sealer.sealText(criterion.text, { table: 'trail_entry', rowId: id, column: 'criterion' });
      return writeIn(tx, who, { ...act, rule: rule ?? act.rule, id, openingId, at, criterion: sealed, asked: [...opening.asked].sort() }, scopeIds, isOwed);
    });
    if (act.kind === 'change' && act.object?.kind === 'item') opening.touch([act.object.id]);
    return opening;
  }

  /** Writes what is still owed, before the answer leaves. @throws Problem `trail-unavailable` */
  async settle(opening: Opening): Promise<void> {
    if (!opening.isOwing) return;
    // The settling itself is the last statement of a transaction, of one with nothing else in it here.
    await this.guarded(() => forNobody(() => this.unitOfWork.run(async (tx) => (await opening.settleIn({ query: tx.query, isAskers: false }, true))(true), { as: 'trail' })));
  }

  /** [AC93] The opening of a socket, with the item it shows. @throws Problem `trail-unavailable` */
  async opened(who: Who, act: Act, itemId: string): Promise<void> {
    const opening = await this.open(who, act);
    opening.touch([itemId]);
    await this.settle(opening);
  }

  /**
   * [AC94] Somebody was refused. What was asked for may not exist: the entry and the work are the same either way.
   *
   * @throws Problem `trail-unavailable`
   */
  async refused(who: Who, act: Pick<Act, 'route' | 'rule' | 'object'>): Promise<void> {
    const at = this.now();
    await this.guarded(async () => {
      await this.months.ready(monthOf(at));
      const entry: Entry = { ...act, kind: 'refused', id: newId(), openingId: newId(), at, criterion: null, asked: [] };
      await forNobody(() => this.unitOfWork.run((tx) => writeIn({ query: tx.query, isAskers: false }, who, entry, [], true), { as: 'trail' }));
    });
  }

  /** To the millisecond, which is what a cursor holds. */
  private now(): string {
    return new Date(this.clock.now().epochMilliseconds).toISOString();
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Problem)) log.error({ error }, 'access trail not written');
      throw new Problem('trail-unavailable');
    }
  }
}

/** A look into the trail is on record before its first row leaves: whoever breaks a file off has looked [AC92]. */
const owed = { read: 'never', list: 'never', open: 'never', search: 'last', export: 'last', audit: 'first', change: 'first' } as const satisfies Record<Act['kind'], string>;

class TrailOpening extends Opening {
  constructor(
    owes: 'first' | 'last' | 'never',
    rule: string | null,
    protected override readonly writeIn: (tx: Writing, scopeIds: readonly string[], isOwed: boolean, rule: string | null) => Promise<boolean>,
  ) {
    super(owes, rule);
  }
}

/**
 * One statement, however many items: those among the scopes that are items, with the basis each stands on now. In a
 * transaction of the asker the database takes who it is from the session, so that no statement of a request can tell
 * tales of somebody else.
 *
 * @returns whether there was something to tell
 */
async function writeIn(tx: Writing, who: Who, entry: Entry, scopeIds: readonly string[], isOwed: boolean): Promise<boolean> {
  if (entry.asked.length > 0 && scopeIds.length === 0 && isOwed && !tx.isAskers) {
    const told = [entry.id, entry.at, entry.openingId, entry.kind, entry.route, entry.rule, entry.object?.kind ?? null, entry.object?.id ?? null, entry.criterion, who.personId, who.membershipId, who.authorityId, who.role, entry.asked];
    await tx.query('SELECT trail_write_asked($1::uuid, $2::timestamptz, $3::uuid, $4::text, $5::text, $6::text, $7::text, $8::uuid, $9::bytea, $10::uuid, $11::uuid, $12::text, $13::text, $14::text[])', told);
    return true;
  }
  const act = [entry.id, entry.at, entry.openingId, entry.kind, entry.route, entry.rule, entry.object?.kind ?? null, entry.object?.id ?? null, entry.criterion, scopeIds, isOwed];
  const [row] = tx.isAskers
    ? await tx.query<{ written: boolean }>(`SELECT trail_write(${types}) AS written`, act)
    : await tx.query<{ written: boolean }>(`SELECT trail_write_for(${types}, $12::uuid, $13::uuid, $14::text, $15::text) AS written`, [...act, who.personId, who.membershipId, who.authorityId, who.role]);
  return row!.written;
}

const types = '$1::uuid, $2::timestamptz, $3::uuid, $4::text, $5::text, $6::text, $7::text, $8::uuid, $9::bytea, $10::uuid[], $11::boolean';

/** For whoever names a kind of object by the first part of an address. */
export const objectKindOf: Readonly<Record<string, ObjectKind>> = {
  items: 'item',
  meetings: 'meeting',
  decisions: 'decision',
  'follow-ups': 'followUp',
  documents: 'document',
  series: 'series',
  'plan-steps': 'planStep',
  people: 'person',
  samples: 'sample',
};
