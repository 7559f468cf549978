import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * [NO10] What a person is told for her own safety is about herself and no meeting. Whoever acts in her name writes it, in all her
 * memberships and in nobody else's; everything else that is told of has a meeting, as before.
 */
export class SafetyNotices1796040000060 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE notification ALTER meeting_id DROP NOT NULL;
    ALTER TABLE notification ADD CONSTRAINT notification_meeting_known CHECK (meeting_id IS NOT NULL OR kind = 'calendarLinkMade');
    ALTER POLICY command_insert ON notification WITH CHECK (in_circle(meeting_id) OR EXISTS (SELECT 1 FROM meeting parent WHERE parent.id = meeting_id)
      OR (meeting_id IS NULL AND membership_id IN (SELECT m.id FROM membership m WHERE m.person_id = (SELECT session_person()))));
`;
