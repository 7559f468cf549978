import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting } from '../api/types.js';
import { dateAt } from '../dates.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { SlotsField } from './slots-field.js';
import './polls.css';

const form = 'poll';
const labels = { slots: 'poll.slots', durationMinutes: 'newSeries.duration', answerBy: 'poll.answerBy' } as const;
const id = (name: keyof typeof labels) => fieldId(form, name);

const usualDays = 7;
/** A week from now, or when the last of the times comes sooner, its day. */
export const usualAnswerBy = (slots: readonly string[]): string => {
  const week = dateAt(new Date(Date.now() + usualDays * 86_400_000));
  const last = slots.at(-1)?.slice(0, 10);
  return last !== undefined && last < week ? last : week;
};

interface OpenPollProps {
  meeting: Meeting;
  /** A poll on the meeting goes on, begun since this was typed: there is one at a time. */
  goesOn: boolean;
  onTyped: () => void;
  onOpened: () => void;
  onDiscard: () => void;
}

/** Asks those who take part in a meeting when else it could be held. */
export function OpenPoll({ meeting, goesOn, onTyped, onOpened, onDiscard }: OpenPollProps) {
  const { t } = useTranslation();
  const [slots, setSlots] = useState<readonly string[]>([]);
  const [duration, setDuration] = useState(String((Date.parse(meeting.endInstant) - Date.parse(meeting.startInstant)) / 60_000));
  /** Null while nobody has said otherwise. */
  const [answerBy, setAnswerBy] = useState<string | null>(null);
  const keys = useRef(creationKeys());
  const open = useMutation({
    mutationFn: () => {
      const body = { slots: [...slots], durationMinutes: Number(duration), answerBy: answerBy ?? usualAnswerBy(slots) };
      return api.openPoll(meeting.id, body, keys.current(body));
    },
    onSuccess: (view) => {
      queryClient.setQueryData(queries.poll(meeting.id).queryKey, view);
      onOpened();
    },
  });
  const problem = open.error instanceof ApiProblem ? open.error : null;
  const errorOf = fieldErrors(problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!open.isPending && !goesOn) open.mutate();
  };
  return (
    <form className="narrow" onSubmit={submit} onChange={onTyped} noValidate aria-labelledby="open-poll">
      <h2 id="open-poll" className="h3">
        {t('poll.openHeading')}
      </h2>
      <p>{t('poll.openLead')}</p>
      {/* One's own is told of before the answer to its press is there. */}
      {goesOn && !open.isPending && (
        <div className="alert alert-warning" role="alert">
          <p className="alert-heading">{t('poll.goesOn')}</p>
          <p className="alert-text">{t('poll.goesOnEffect')}</p>
          <p className="alert-text button-line">
            <button type="button" className="button button-secondary" onClick={onDiscard}>
              {t('poll.discard')}
            </button>
          </p>
        </div>
      )}
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      <SlotsField
        id={id('slots')}
        slots={slots}
        onChange={(chosen) => {
          setSlots(chosen);
          onTyped();
        }}
        people={meeting.participants.filter(({ standsInForMembershipId, role }) => role !== 'guest' && !meeting.participants.some(({ membershipId }) => membershipId === standsInForMembershipId))}
        durationMinutes={Number(duration)}
        ask={(question) => api.findTime(meeting.id, question)}
        error={errorOf('slots')}
      />
      <div className="field-row">
        <Field id={id('durationMinutes')} label={t('newSeries.duration')} error={errorOf('durationMinutes')}>
          {(control) => <input {...control} type="number" inputMode="numeric" min={5} step={5} className="form-input" value={duration} onChange={(event) => setDuration(event.target.value)} />}
        </Field>
        <Field id={id('answerBy')} label={t('poll.answerBy')} hint={t('poll.answerByHint')} error={errorOf('answerBy')}>
          {(control) => <input {...control} type="date" className="form-input" value={answerBy ?? usualAnswerBy(slots)} onChange={(event) => setAnswerBy(event.target.value)} />}
        </Field>
      </div>
      <p className="field-note">{t('poll.openEffect')}</p>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={open.isPending || goesOn}>
          {t('poll.openSubmit')}
        </button>
      </p>
    </form>
  );
}
