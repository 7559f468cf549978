import { eventually, type Visitor } from './visitor.js';

/** What {@link Product.start} is given, so that it fills its empty database as it does for whoever tries it. */
export const withStory = { SAMRAAD_DEMO_STORY: 'yes' };

/** Waits until the story is told to its end: its last step reminds of what is overdue. */
export async function storyTold(visitor: Visitor): Promise<void> {
  await visitor.beSignedIn({ name: 'Fiktiva Mønster' });
  const reminders = async () => (await visitor.ask<{ notifications: { kind: string }[] }>('GET', '/api/v1/notifications')).notifications.filter(({ kind }) => kind === 'followUpOverdue');
  await eventually('the story is told', reminders, (found) => found.length > 0, 120_000);
}
