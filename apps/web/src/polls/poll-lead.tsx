import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, Poll } from '../api/types.js';
import { dayAndTime, fullSpan } from '../dates.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { HeatMap } from './heat-map.js';
import { keepPoll } from './keep-poll.js';
import { hasNoTime } from './no-time.js';
import { PollOutsiders } from './poll-outsiders.js';
import { SlotCounts } from './slot-counts.js';

type Slot = Poll['slots'][number];

/** For those who lead a poll: how many can when and who, the choice, those who are missing, links. */
export function PollLead({ meeting, poll }: { meeting: Meeting; poll: Poll }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(null);
  const back = useFocusBack(() => document.querySelector<HTMLElement>(`[data-slot="${chosen ?? ''}"]`) ?? document.getElementById('poll-counts'));
  return (
    <>
      <SlotCounts poll={poll}>
        {(slot) =>
          slot.isPassed ? null : chosen === slot.startLocal ? (
            <ChooseForm
              meeting={meeting}
              poll={poll}
              slot={slot}
              onCancel={() => {
                back();
                setChosen(null);
              }}
            />
          ) : (
            <p>
              <button type="button" data-slot={slot.startLocal} className="button button-secondary" onClick={() => setChosen(slot.startLocal)}>
                {t('poll.choose')} <span className="sr-only">{fullSpan(slot.startInstant, slot.endInstant)}</span>
              </button>
            </p>
          )
        }
      </SlotCounts>
      <section aria-labelledby="poll-people">
        <h2 id="poll-people" className="h3" tabIndex={-1}>
          {t('poll.heatMap')}
        </h2>
        <HeatMap poll={poll} />
        {poll.state === 'open' && <Reminder meeting={meeting} poll={poll} />}
      </section>
      {poll.state === 'open' && <PollOutsiders meeting={meeting} poll={poll} />}
      <Withdrawal meeting={meeting} poll={poll} />
    </>
  );
}

function ChooseForm({ meeting, poll, slot, onCancel }: { meeting: Meeting; poll: Poll; slot: Slot; onCancel: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  /** The version that this was opened on: what comes meanwhile is met by a refusal, not written over. */
  const [seen, setSeen] = useState(meeting.version);
  const choose = useMutation({
    mutationFn: () => api.choosePollSlot(meeting.id, { pollId: poll.id, startLocal: slot.startLocal, reason: reason.trim() || null }, seen),
    onSuccess: (view) => {
      keepPoll(meeting.id, view);
      void queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey, exact: true });
      void queryClient.invalidateQueries({ queryKey: ['meetings'] });
    },
    onError: (error) => error instanceof ApiProblem && [409, 412].includes(error.status) && void queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey }),
  });
  const problem = choose.error instanceof ApiProblem ? choose.error : null;
  const errorOf = fieldErrors(problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!choose.isPending) choose.mutate();
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-label={t('poll.chooseLabel', { time: fullSpan(slot.startInstant, slot.endInstant) })} onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
      <ErrorSummary form="choose" problem={problem?.status === 412 ? null : problem} fields={{ reason: t('change.reason') }} />
      {problem?.status === 412 && (
        <div className="alert alert-warning" role="alert">
          <p className="alert-heading">{t('change.conflict')}</p>
          <p className="alert-text">{t('change.now', { time: fullSpan(meeting.startInstant, meeting.endInstant), state: t(`meetingState.${meeting.state}`) })}</p>
          <p className="alert-text">
            <button
              type="button"
              className="button button-secondary"
              onClick={() => {
                choose.reset();
                setSeen(meeting.version);
              }}
            >
              {t('poll.seen')}
            </button>
          </p>
        </div>
      )}
      {slot.isRefused && (
        <p className="quorum quorum-missing">
          <Icon name="warning" /> {t('poll.refused')}
        </p>
      )}
      <p>{t(hasNoTime(meeting) ? 'poll.chooseEffectNew' : 'poll.chooseEffect')}</p>
      <Field id={fieldId('choose', 'reason')} label={t('change.reason')} optional hint={t('change.reasonHint')} error={errorOf('reason')}>
        {(control) => <textarea {...control} rows={2} autoFocus className="form-input" value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={choose.isPending}>
          {t(hasNoTime(meeting) ? 'poll.chooseSubmitNew' : 'poll.chooseSubmit')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onCancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}

function Reminder({ meeting, poll }: { meeting: Meeting; poll: Poll }) {
  const { t } = useTranslation();
  const missing = (poll.people ?? []).filter((one) => one.isMissing);
  const remind = useMutation({ mutationFn: () => api.remindPoll(meeting.id, { pollId: poll.id }), onSuccess: (view) => keepPoll(meeting.id, view) });
  if (missing.length === 0)
    return (
      <p>
        <Icon name="check" /> {t('poll.allAnswered')}
      </p>
    );
  return (
    <>
      <p>{t('poll.missing', { names: missing.map(({ person }) => person.name).join(', ') })}</p>
      {remind.error && <ProblemNotice error={remind.error} />}
      <p className="button-line">
        <button type="button" className="button button-secondary" aria-disabled={remind.isPending} onClick={() => !remind.isPending && remind.mutate()}>
          <Icon name="bell" /> {t('poll.remind', { count: missing.length })}
        </button>
        <span role="status">{poll.remindedAt && t('poll.reminded', { time: dayAndTime(poll.remindedAt) })}</span>
      </p>
    </>
  );
}

function Withdrawal({ meeting, poll }: { meeting: Meeting; poll: Poll }) {
  const { t } = useTranslation();
  const [isAsked, setAsked] = useState(false);
  const back = useFocusBack(() => document.getElementById('poll-withdraw'));
  const withdraw = useMutation({ mutationFn: () => api.withdrawPoll(meeting.id, { pollId: poll.id }), onSuccess: (view) => keepPoll(meeting.id, view) });
  if (!isAsked)
    return (
      <p>
        <button type="button" id="poll-withdraw" className="quiet-command" onClick={() => setAsked(true)}>
          <Icon name="close" /> {t('poll.withdraw')}
        </button>
      </p>
    );
  return (
    <section className="inline-form" aria-label={t('poll.withdraw')} onKeyDown={(event) => event.key === 'Escape' && (back(), setAsked(false))}>
      {withdraw.error && <ProblemNotice error={withdraw.error} />}
      <p>{t(hasNoTime(meeting) ? 'poll.withdrawEffectNew' : 'poll.withdrawEffect')}</p>
      <p className="button-line">
        <button type="button" autoFocus className="button button-primary" aria-disabled={withdraw.isPending} onClick={() => !withdraw.isPending && withdraw.mutate()}>
          {t('poll.withdraw')}
        </button>
        <button
          type="button"
          className="button button-tertiary"
          onClick={() => {
            back();
            setAsked(false);
          }}
        >
          {t('form.cancel')}
        </button>
      </p>
    </section>
  );
}
