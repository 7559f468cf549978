import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, type MinutesCommand } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';

/** Sends one command on the minutes of a meeting; what stands after it is on the screen, also when it was refused. */
export function useMinutesCommand(meetingId: string, onDone?: (command: MinutesCommand) => void) {
  const keys = useRef(creationKeys());
  const run = useMutation({
    mutationFn: (command: MinutesCommand) => api.changeMinutes(meetingId, command, keys.current(command)),
    onSuccess: (view, command) => {
      keys.current = creationKeys();
      queryClient.setQueryData(queries.minutes(meetingId).queryKey, view);
      void queryClient.invalidateQueries({ queryKey: queries.minutesDocument(meetingId).queryKey });
      void queryClient.invalidateQueries({ queryKey: ['meeting', meetingId] });
      void queryClient.invalidateQueries({ queryKey: ['minutesWaiting'] });
      onDone?.(command);
    },
    // Somebody was quicker: what is decided about must be what stands.
    onError: (error) => error instanceof ApiProblem && (error.status === 412 || error.status === 409) && void queryClient.invalidateQueries({ queryKey: ['minutes', meetingId] }),
  });
  return { send: (command: MinutesCommand) => void (run.isPending || run.mutate(command)), reset: run.reset, pending: run.isPending, problem: run.error instanceof ApiProblem ? run.error : null };
}
