import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '@lib/platform/config.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { demoAliases, demoPeople } from './demo.data.js';
import { authorities, relations } from './directory.data.js';

/** Brings the directory that ships with the product into the database, and in demo mode its people. */
@Injectable()
export class DirectorySeed {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly config: Config,
  ) {}

  /** May be run at every start: what stands already is brought up to date, nothing else is touched. */
  async run(): Promise<void> {
    await this.unitOfWork.run((tx) => this.seedAuthorities(tx), { lane: 'job', as: 'directory' });
    if (this.config.demo) await this.unitOfWork.run((tx) => this.seedDemoPeople(tx), { lane: 'job', as: 'directory' });
  }

  private async seedAuthorities(tx: Tx): Promise<void> {
    await tx.query(
      `INSERT INTO authority (id, kind, sector, name, alias, valid_from, valid_to)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[])
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, alias = excluded.alias, valid_from = excluded.valid_from, valid_to = excluded.valid_to`,
      [
        authorities.map((one) => one.id),
        authorities.map((one) => one.kind),
        authorities.map((one) => one.sector),
        authorities.map((one) => one.name),
        authorities.map((one) => demoAliases[one.id] ?? null),
        authorities.map((one) => one.validFrom ?? null),
        authorities.map((one) => one.validTo ?? null),
      ],
    );
    await tx.query(
      `INSERT INTO authority_relation (from_id, kind, to_id, valid_from, valid_to)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[])
       ON CONFLICT (from_id, kind, to_id) DO UPDATE SET valid_from = excluded.valid_from, valid_to = excluded.valid_to`,
      [
        relations.map((one) => one.from),
        relations.map((one) => one.kind),
        relations.map((one) => one.to),
        relations.map((one) => one.validFrom ?? null),
        relations.map((one) => one.validTo ?? null),
      ],
    );
  }

  private async seedDemoPeople(tx: Tx): Promise<void> {
    const people = demoPeople.map((one) => ({ ...one, personId: demoId('person', one.authorityId, one.name), membershipId: demoId('membership', one.authorityId, one.name) }));
    await tx.query('INSERT INTO person (id, name) SELECT * FROM unnest($1::uuid[], $2::text[]) ON CONFLICT (id) DO NOTHING', [
      people.map((one) => one.personId),
      people.map((one) => one.name),
    ]);
    await tx.query(
      `INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from, valid_to, unit_title)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[]) ON CONFLICT (id) DO NOTHING`,
      [
        people.map((one) => one.membershipId),
        people.map((one) => one.personId),
        people.map((one) => one.authorityId),
        people.map((one) => one.role),
        people.map((one) => one.functionTitle),
        people.map((one) => one.validFrom ?? '2026-01-01T00:00:00Z'),
        people.map((one) => one.validTo ?? null),
        people.map((one) => one.unitTitle ?? ''),
      ],
    );
  }
}

/** The same person has the same id in every demo, so that links and tests hold (UUID version 8, RFC 9562 §5.8). */
export function demoId(kind: 'person' | 'membership', authorityId: string, name: string): string {
  const hash = createHash('sha256').update(JSON.stringify([kind, authorityId, name])).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
