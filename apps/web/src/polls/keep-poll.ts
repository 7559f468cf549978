import { queries, queryClient } from '../api/queries.js';
import type { PollAnswer } from '../api/types.js';

/** What a command on a poll answers is what stands now. */
export function keepPoll(meetingId: string, view: PollAnswer): void {
  queryClient.setQueryData(queries.poll(meetingId).queryKey, view);
  void queryClient.invalidateQueries({ queryKey: ['holds'] });
}
