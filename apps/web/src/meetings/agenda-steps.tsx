import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type AgendaStep } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { AgendaState, Meeting } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { personAndAuthority } from '../shell/people.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { ProposalsWaiting } from './item-proposals.js';

const hourMs = 3_600_000;

/** From which state each step leads on. */
const from: Record<AgendaStep, readonly AgendaState[]> = { publish: ['building'], start: ['building', 'published'], close: ['inSession'] };

/** Where the agenda stands, how much time it takes, and for coordinators the next step. */
export function AgendaSteps({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  // The pressed button goes with the step it made; focus goes on to the next one, or stays where it was told.
  const pressed = useRef<AgendaStep | null>(null);
  const run = useMutation({
    mutationFn: (step: AgendaStep) => api.stepAgenda(meeting.id, meeting.version, step),
    onSuccess: (updated) => {
      queryClient.setQueryData(queries.meeting(meeting.id).queryKey, updated);
      void queryClient.invalidateQueries({ queryKey: ['meetings'] });
    },
    // What stands now is on the screen before anybody presses again.
    onError: (error) => error instanceof ApiProblem && error.status === 412 && void queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey }),
  });
  const called = ['proposed', 'confirmed', 'held'].includes(meeting.state);
  const mayStart = Date.parse(meeting.startInstant) - hourMs <= Date.now();
  const steps = (['publish', 'start', 'close'] as const).filter((step) => meeting.canCoordinate && called && from[step].includes(meeting.agendaState) && (step !== 'start' || mayStart));
  const length = Math.round((Date.parse(meeting.endInstant) - Date.parse(meeting.startInstant)) / 60_000);
  const over = meeting.plannedMinutes - length;
  useEffect(() => {
    if (pressed.current === null || steps.includes(pressed.current)) return;
    pressed.current = null;
    (box.current?.querySelector<HTMLElement>('.button-primary') ?? box.current)?.focus();
  });
  const press = (step: AgendaStep) => {
    if (run.isPending) return;
    pressed.current = step;
    run.mutate(step, { onError: () => (pressed.current = null) });
  };
  return (
    <div ref={box} className="agenda-status" tabIndex={-1}>
      {meeting.published && (
        <p>
          <Icon name="check" /> {t('agenda.publishedBy', { time: dayAndTime(meeting.published.at), person: personAndAuthority(meeting.published.by) })}
        </p>
      )}
      {meeting.agendaState === 'inSession' && (
        <p>
          <Icon name="time" /> {t('agenda.inSession')}
        </p>
      )}
      {meeting.agendaState === 'closed' && (
        <p>
          <Icon name="check" /> {t('agenda.closed')}
        </p>
      )}
      {meeting.outline.length > 0 && (
        <p className={over > 0 ? 'agenda-over' : 'quiet'}>
          {over > 0 && <Icon name="warning" />} {t('agenda.total', { planned: meeting.plannedMinutes, length })}
          {over > 0 && ` ${t('agenda.tooMuch', { minutes: over })}`}
        </p>
      )}
      <ProposalsWaiting meeting={meeting} />
      {run.error && <ProblemNotice error={run.error} />}
      {steps.length > 0 && (
        <p className="button-line">
          {steps.map((step, index) => (
            <button key={step} type="button" className={index === steps.length - 1 ? 'button button-primary' : 'button button-secondary'} aria-disabled={run.isPending} onClick={() => press(step)}>
              {t(`agenda.step.${step}`)}
            </button>
          ))}
        </p>
      )}
      <p className="sr-only" role="status">
        {run.isSuccess && t(`agenda.stepDone.${run.variables}`)}
      </p>
    </div>
  );
}
