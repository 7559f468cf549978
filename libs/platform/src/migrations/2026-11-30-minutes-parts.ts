import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * [AC6] What a command says of minutes it says of its own meetings' parts: of the meeting itself or of items in its circle. Those who
 * read an item are shown what stands of it, and the rules asked only whose meeting a row names.
 */
export class MinutesParts1796029200072 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const part = '(part_id = meeting_id OR in_circle_item(part_id))';
    const conditions = {
      minutes_part: part,
      minutes_addendum: part,
      minutes_event: 'NOT EXISTS (SELECT 1 FROM unnest(part_ids) part WHERE part <> meeting_id AND NOT in_circle_item(part))',
    };
    for (const [table, condition] of Object.entries(conditions)) {
      await runner.query(`ALTER POLICY command_insert ON ${table} WITH CHECK (in_circle(meeting_id) AND ${condition})`);
      await runner.query(`ALTER POLICY command_update ON ${table} USING (in_circle(meeting_id) AND ${condition}) WITH CHECK (in_circle(meeting_id) AND ${condition})`);
    }
    await runner.query(`ALTER POLICY command_insert ON minutes_snapshot WITH CHECK (EXISTS (SELECT 1 FROM minutes_round parent WHERE parent.id = round_id AND (part_id = parent.meeting_id OR in_circle_item(part_id))))`);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
