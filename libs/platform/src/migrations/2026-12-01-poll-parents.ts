import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An outsider and an answer belong to a poll of the meeting that they name. The rules asked about the meeting alone: a command could
 * put a link of its own into a poll elsewhere, which then showed its times by that link and counted it among its outsiders.
 */
export class PollParents1796083200077 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      ALTER POLICY command_insert ON poll_outsider WITH CHECK (meeting_id IN (SELECT session_coordinated()) AND EXISTS (SELECT 1 FROM poll p WHERE p.id = poll_outsider.poll_id AND p.meeting_id = poll_outsider.meeting_id));
      ALTER POLICY command_insert ON poll_ballot WITH CHECK (membership_id = (SELECT session_reader()) AND meeting_id IN (SELECT session_meetings())
        AND EXISTS (SELECT 1 FROM poll p WHERE p.id = poll_ballot.poll_id AND p.meeting_id = poll_ballot.meeting_id));
    `);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
