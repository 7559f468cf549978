import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, type RetentionCommand } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';

/** One form is open at a time: `file`, `hold`, or the id of the hold that is being ended. */
export interface PanelForms {
  open: string | null;
  show: (form: string | null) => void;
  send: (command: RetentionCommand) => void;
  pending: boolean;
  problem: ApiProblem | null;
}

/** Sends one command about the filing or the deletion of a meeting; what stands after it is on the screen, also when it was refused. */
export function useRetentionCommand(meetingId: string, onDone: (command: RetentionCommand) => void) {
  const keys = useRef(creationKeys());
  const run = useMutation({
    mutationFn: (command: RetentionCommand) => api.changeRetention(meetingId, command, keys.current(command)),
    onSuccess: (view, command) => {
      keys.current = creationKeys();
      queryClient.setQueryData(queries.meetingRetention(meetingId).queryKey, view);
      void queryClient.invalidateQueries({ queryKey: queries.filingsWaiting().queryKey });
      onDone(command);
    },
    onError: (error) => error instanceof ApiProblem && (error.status === 412 || error.status === 409) && void queryClient.invalidateQueries({ queryKey: queries.meetingRetention(meetingId).queryKey }),
  });
  return { send: (command: RetentionCommand) => void (run.isPending || run.mutate(command)), reset: run.reset, pending: run.isPending, problem: run.error instanceof ApiProblem ? run.error : null };
}
