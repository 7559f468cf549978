import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A step of the story of demo mode that was told, and the id of what it made: no step is told twice. */
@Entity('demo_step')
export class DemoStepEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_demo_step' })
  name!: string;

  @Column('text', { nullable: true })
  result!: string | null;
}
