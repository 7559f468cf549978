import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Which KEKs the authorities have. `current` wraps what is new; `retiring` only unwraps, until nothing is wrapped by it;
 * `destroying` is being destroyed; `destroyed` is gone. One authority has at most one that is current.
 */
@Entity('kek')
@Check('kek_state', `state IN ('current', 'retiring', 'destroying', 'destroyed')`)
@Index('kek_current', ['authorityId'], { unique: true, where: `state = 'current'` })
export class KekEntity {
  @PrimaryColumn('text')
  kekId!: string;

  @Column('text')
  authorityId!: string;

  @Column('text')
  state!: 'current' | 'retiring' | 'destroying' | 'destroyed';
}

/** A scope whose key was destroyed, and when: what its pages say instead of its content. */
@Entity('shredded_scope')
export class ShreddedScopeEntity {
  @PrimaryColumn('uuid')
  scopeId!: string;

  @Column('text')
  ownerAuthorityId!: string;

  @Column('timestamptz')
  at!: Date;
}
