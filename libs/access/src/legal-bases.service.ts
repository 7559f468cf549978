import { Injectable } from '@nestjs/common';
import { sectors as allSectors, timeZone, type Sector } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { Clock } from '@lib/platform/clock.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Directory } from './directory.service.js';
import { legalBases, type LegalBasis } from './legal-bases.data.js';
import { Policy } from './policy.service.js';
import type { Subject } from './policy.js';

/** A legal basis as it is at the meetings of one authority. */
export interface BasisInForce extends LegalBasis {
  /** The authority's own, not one that ships with the product. */
  isOwn: boolean;
  /** How often the authority set it; 0 as shipped. */
  setting: number;
}

/** What an administrator says of a basis. Days are Danish, `2026-12-01`. */
export interface BasisSetting {
  /** null for a new one of the authority's own. */
  basisId: string | null;
  label: string | null;
  limits: string | null;
  sectors: readonly Sector[];
  /** Of an own one: whether the steps of a police investigation may be planned under it (AC64). */
  admitsInvestigation: boolean;
  source: string;
  validFrom: string;
  validTo: string | null;
}

/** A basis as it is named to readers. */
export type BasisWords = Pick<LegalBasis, 'id' | 'label' | 'limits'>;

const ownPrefix = 'egen:';
const settingColumns = `basis_id AS "basisId", version, label, limits, sectors, admits_investigation AS "admitsInvestigation", source, valid_from::text AS "validFrom", valid_to::text AS "validTo", set_by_membership_id AS "setBy", set_at AS "setAt"`;

/** Of a version such as `2026-11-21+3` how often the authority had set the basis; not a number as shipped. */
const settingOf = (version: string | null): number => Number(/\+(\d+)$/.exec(version ?? '')?.[1] ?? Number.NaN);

/** Legal bases as data with versions (AC60, AC63): what ships with the product, and what each authority made of it. */
@Injectable()
export class LegalBases {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directory: Directory,
    private readonly policy: Policy,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** Those that hold today at the meetings of an authority, by id. */
  async inForceIn(tx: Tx, authorityId: string): Promise<Map<string, BasisInForce>> {
    const today = this.today();
    const holds = (one: { validFrom: string | null; validTo: string | null }) => (one.validFrom === null || one.validFrom <= today) && (one.validTo === null || one.validTo >= today);
    return inForce((await this.settingsIn(tx, authorityId)).filter(holds), legalBases.filter(holds));
  }

  /** One as it was in a version that items were made under; undefined for what was never there. */
  async ofVersionsIn(tx: Tx, authorityId: string): Promise<(id: string | null, version: string | null) => BasisInForce | undefined> {
    const settings = await this.settingsIn(tx, authorityId);
    const latest = inForce(settings, legalBases);
    return (id, version) => {
      const then = settings.filter((one) => one.basisId === id && one.version <= settingOf(version));
      return id === null ? undefined : (inForce(then, legalBases).get(id) ?? latest.get(id));
    };
  }

  /**
   * [DE17] What was cited, in the words it had then, whichever authority's own it is: the id of an own one is no other's.
   *
   * @param ids of what is to be said; null for what cites none
   * @returns undefined for none
   */
  async wordsIn(tx: Tx, ids: readonly (string | null)[]): Promise<(id: string | null, version: string | null) => BasisWords | undefined> {
    const own = [...new Set(ids.filter((id) => id !== null && id.startsWith(ownPrefix)))];
    const settings = own.length === 0 ? [] : await tx.query<SettingRow>(`SELECT ${settingColumns} FROM legal_basis_setting WHERE basis_id = ANY($1::text[]) ORDER BY basis_id, version`, [own]);
    const latest = inForce(settings, legalBases);
    return (id, version) => (id === null ? undefined : (inForce(settings.filter((one) => one.basisId === id && one.version <= settingOf(version)), []).get(id) ?? latest.get(id)));
  }

  /**
   * What an administrator sees: every basis as it is today, and all that was ever set.
   *
   * @throws Problem `not-allowed`
   */
  async view(subject: Subject) {
    this.assertMaySet(subject);
    return this.unitOfWork.run(async (tx) => {
      const settings = await this.settingsIn(tx, subject.authorityId);
      const people = await this.directory.pastMembersIn(tx, settings.map((one) => one.setBy));
      const bases = await this.inForceIn(tx, subject.authorityId);
      const ended = inForce(settings, []);
      for (const [id, one] of ended) if (!bases.has(id) && one.isOwn) bases.set(id, one);
      return {
        bases: [...bases.values()].map(({ sectors, ...basis }) => ({
          ...basis,
          sectors: [...sectors],
          /** What the shipped one admits: an authority narrows and does not widen. */
          admissible: [...(legalBases.find((one) => one.id === basis.id)?.sectors ?? allSectors)],
          history: settings
            .filter((one) => one.basisId === basis.id)
            .map((one) => ({ version: one.version, sectors: one.sectors, source: one.source, validFrom: one.validFrom, validTo: one.validTo, setAt: one.setAt.toISOString(), setBy: people.get(one.setBy)!.name })),
        })),
      };
    });
  }

  /**
   * [AC63] Adds a version. It counts for what is made from then on; items keep the one they were made under.
   *
   * @throws Problem `not-allowed`, `not-found`, `invalid-input`, `idempotency-conflict`
   */
  async set(subject: Subject, setting: BasisSetting, request?: IdempotentRequest): Promise<void> {
    this.assertMaySet(subject);
    await this.unitOfWork.run(async (tx) => {
      // One after the other; nobody but the directory's own job may lock its rows.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`legal bases ${subject.authorityId}`]);
      if ((await this.idempotency.recallIn(tx, subject.personId, request)) !== null) return;
      const [authority] = await tx.query('SELECT 1 FROM authority WHERE id = $1', [subject.authorityId]);
      if (authority === undefined) throw new Problem('not-found');
      const shipped = legalBases.find((one) => one.id === setting.basisId);
      const before = (await this.settingsIn(tx, subject.authorityId)).filter((one) => one.basisId === setting.basisId);
      if (setting.basisId !== null && shipped === undefined && before.length === 0) throw new Problem('not-found');
      const errors: FieldError[] = [];
      // In the order of the form.
      if (shipped === undefined && (setting.label ?? '') === '') errors.push({ field: 'label', message: 'Skriv, hvad hjemlen hedder.' });
      if (shipped === undefined && (setting.limits ?? '') === '') errors.push({ field: 'limits', message: 'Skriv, hvad hjemlen giver adgang til, og hvad den ikke gør.' });
      if (setting.sectors.length === 0) errors.push({ field: 'sectors', message: 'Vælg mindst én sektor.' });
      if (shipped !== undefined && setting.sectors.some((one) => !shipped.sectors.includes(one))) errors.push({ field: 'sectors', message: 'En hjemmel kan snævres ind, ikke udvides.' });
      if (setting.validTo !== null && setting.validTo < setting.validFrom) errors.push({ field: 'validTo', message: 'Perioden slutter, før den begynder.' });
      if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);
      const id = newId();
      await tx.query(
        `INSERT INTO legal_basis_setting (id, authority_id, basis_id, version, label, limits, sectors, source, valid_from, valid_to, set_by_membership_id, set_at, admits_investigation)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [
          id,
          subject.authorityId,
          setting.basisId ?? `${ownPrefix}${newId()}`,
          (before.at(-1)?.version ?? 0) + 1,
          shipped === undefined ? setting.label : null,
          setting.limits,
          allSectors.filter((one) => setting.sectors.includes(one)),
          setting.source,
          setting.validFrom,
          setting.validTo,
          subject.membershipId,
          this.clock.now().toString(),
          shipped === undefined && setting.admitsInvestigation,
        ],
      );
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
    });
  }

  private assertMaySet(subject: Subject): void {
    if (!this.policy.may(subject, 'legalBasis.set', { authorityId: subject.authorityId }, {})) throw new Problem('not-allowed', 'Hjemler sættes af myndighedens administratorer.');
  }

  private async settingsIn(tx: Tx, authorityId: string): Promise<SettingRow[]> {
    return tx.query<SettingRow>(
      `SELECT ${settingColumns} FROM legal_basis_setting WHERE authority_id = $1 ORDER BY basis_id, version`,
      [authorityId],
    );
  }

  private today(): string {
    return this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate().toString();
  }
}

interface SettingRow {
  basisId: string;
  version: number;
  label: string | null;
  limits: string | null;
  sectors: Sector[];
  admitsInvestigation: boolean;
  source: string;
  validFrom: string;
  validTo: string | null;
  setBy: string;
  setAt: Date;
}

/** Shipped ones as set last, and own ones as set last. @param settings by basis and version */
function inForce(settings: readonly SettingRow[], shipped: readonly LegalBasis[]): Map<string, BasisInForce> {
  const last = new Map(settings.map((one) => [one.basisId, one]));
  const known = shipped.map((basis): BasisInForce => {
    const own = last.get(basis.id);
    if (own === undefined) return { ...basis, isOwn: false, setting: 0 };
    // What a later wording of the product admits less of is not widened by what was set before.
    return { ...basis, limits: own.limits ?? basis.limits, sectors: basis.sectors.filter((one) => own.sectors.includes(one)), version: `${basis.version}+${own.version}`, isOwn: false, setting: own.version };
  });
  const added = [...last.values()]
    .filter((one) => one.basisId.startsWith(ownPrefix))
    .map((one): BasisInForce => ({ id: one.basisId, version: `${one.validFrom}+${one.version}`, label: one.label!, limits: one.limits!, sectors: one.sectors, admitsInvestigation: one.admitsInvestigation, source: one.source, validFrom: one.validFrom, validTo: one.validTo, isOwn: true, setting: one.version }));
  return new Map([...known, ...added].map((one) => [one.id, one]));
}
