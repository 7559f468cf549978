import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * [AC50] What a command sees as its session's reader it sees in the reader's time. Its rules asked whether there is a row of
 * `item_reader` and not whether its time has begun or is over, as those of a request do: who answers for something at an item,
 * and read it until yesterday, saw by her commands the item still, and what others decided and promised there.
 */
export class CommandsInTime1796029200070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, condition] of Object.entries(conditions)) await runner.query(`ALTER POLICY command_select ON ${table} USING (${condition})`);
    for (const table of ['decision', 'follow_up'] as const) await runner.query(`ALTER POLICY command_update ON ${table} USING (${conditions[table]}) WITH CHECK (${conditions[table]})`);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const conditions = {
  agenda_item: 'in_circle(meeting_id) OR reads_item(id)',
  decision: 'in_circle_item(item_id) OR reads_item(item_id) OR deciding_authority_id = (SELECT session_leads())',
  follow_up: `in_circle_item(item_id) OR reads_item(item_id) OR owner_membership_id = (SELECT session_reader())
    OR owner_membership_id IN (SELECT o.id FROM membership o WHERE o.authority_id = (SELECT session_leads()))`,
  // Whoever attends is in the circle.
  minutes_part: 'in_circle(meeting_id) OR reads_item(part_id)',
  minutes_addendum: 'in_circle(meeting_id) OR reads_item(part_id)',
  minutes_event: 'in_circle(meeting_id) OR EXISTS (SELECT 1 FROM unnest(part_ids) part WHERE reads_item(part))',
};
