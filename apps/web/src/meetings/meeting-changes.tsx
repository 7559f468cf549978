import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type MeetingCommand } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting } from '../api/types.js';
import { dayAndTime, fullSpan, localDayAndTime } from '../dates.js';
import { FindTime } from '../find-time/find-time.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { personAndAuthority } from '../shell/people.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { ConflictChoice } from './conflict-choice.js';

const form = 'meeting-change';
const labels = {
  reason: 'change.reason',
  startLocal: 'change.date',
  durationMinutes: 'newSeries.duration',
  place: 'newSeries.place',
  videoLink: 'newSeries.videoLink',
} as const;
const id = (name: keyof typeof labels) => fieldId(form, name);

const changed = <Name extends 'place' | 'videoLink'>(name: Name, value: string | null, before: string | null) => (value === before ? {} : { [name]: value });
const planned = ['draft', 'proposed', 'confirmed'];
type Which = 'move' | 'cancel' | 'place';

/** What became of the meeting, for all; and for its coordinators, while it lies ahead, moving, cancelling and placing it. */
export function MeetingChanges({ meeting, commands }: { meeting: Meeting; commands: boolean }) {
  const { t } = useTranslation();
  const [which, setWhich] = useState<Which | null>(null);
  /** The version that the open form was filled from: what comes while it stands open is met by a choice, not written over. */
  const [seen, setSeen] = useState(meeting.version);
  const [done, setDone] = useState<MeetingCommand['kind'] | null>(null);
  const buttons = useRef<HTMLParagraphElement>(null);
  const left = useRef<Which | null>(null);
  const focusBack = useFocusBack(() => buttons.current?.querySelector<HTMLButtonElement>(`[data-command=${left.current}]`));
  const ahead = Date.parse(meeting.startInstant) > Date.now();
  const mayChange = commands && meeting.canCoordinate && ahead;

  const run = useMutation({
    mutationFn: ({ command, version }: { command: MeetingCommand; version: number }) => api.changeMeeting(meeting.id, version, command),
    onSuccess: (updated, { command }) => {
      queryClient.setQueryData(queries.meeting(meeting.id).queryKey, updated);
      void queryClient.invalidateQueries({ queryKey: ['meeting', meeting.id, 'changes'] });
      void queryClient.invalidateQueries({ queryKey: ['meetings'] });
      void queryClient.invalidateQueries({ queryKey: ['series'] });
      setWhich(null);
      setDone(command.kind);
    },
    // What stands now is what the choice is about.
    onError: (error) => error instanceof ApiProblem && error.status === 412 && void queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey }),
  });
  const problem = run.error instanceof ApiProblem ? run.error : null;
  const conflict = problem?.status === 412;
  const send = (command: MeetingCommand, version = meeting.version) => {
    if (!run.isPending) run.mutate({ command, version });
  };
  const close = () => {
    left.current = which;
    if (which !== null) focusBack();
    run.reset();
    setWhich(null);
  };
  const open = (next: Which) => {
    run.reset();
    setDone(null);
    setSeen(meeting.version);
    setWhich(next);
  };
  const formShown = mayChange && planned.includes(meeting.state) && which !== null;
  const shared = { meeting, send: (command: MeetingCommand) => send(command, seen), pending: run.isPending, problem: conflict ? null : problem };

  return (
    // The button or form of a command goes with what it did; focus stays here, with what is said of it.
    <div className="meeting-changes" tabIndex={-1}>
      <MeetingNotice meeting={meeting}>
        {mayChange && meeting.state === 'cancelled' && (
          <button type="button" className="button button-secondary" aria-disabled={run.isPending} onClick={() => send({ kind: 'restore' })}>
            {t('change.restore')}
          </button>
        )}
        {mayChange && meeting.state === 'draft' && meeting.seriesId !== null && (
          <button type="button" className="button button-secondary" aria-disabled={run.isPending} onClick={() => send({ kind: 'keep' })}>
            {t('change.keep')}
          </button>
        )}
      </MeetingNotice>
      <p role="status" className={done ? 'change-done' : 'sr-only'}>
        {done && t(`change.done.${done}`)}
      </p>
      {mayChange && planned.includes(meeting.state) && which === null && (
        <p className="meeting-commands" ref={buttons}>
          {(['move', 'place', 'cancel'] as const).map((command) => (
            <button key={command} type="button" data-command={command} className="quiet-command" onClick={() => open(command)}>
              <Icon name={command === 'move' ? 'calendar' : command === 'place' ? 'location' : 'close'} /> {t(`change.open.${command}`)}
            </button>
          ))}
          <Link className="quiet-command" to={`/moeder/${meeting.id}/afstemning`}>
            <Icon name="groups" /> {t('poll.ask')}
          </Link>
          {meeting.seriesId !== null && !meeting.isSubstitute && (
            <Link className="quiet-command" to={`/serier/${meeting.seriesId}/ret?fra=${meeting.id}`}>
              <Icon name="sync" /> {t('seriesChange.fromHere')}
            </Link>
          )}
        </p>
      )}
      {!formShown && problem && !conflict && <ProblemNotice error={problem} />}
      {conflict && run.variables && (
        <ConflictChoice onAnyway={() => send(run.variables.command)} onKeep={close}>
          {t('change.now', { time: fullSpan(meeting.startInstant, meeting.endInstant), state: t(`meetingState.${meeting.state}`) })}
          {meeting.place && ` ${t('change.nowPlace', { place: meeting.place })}`}
        </ConflictChoice>
      )}
      {formShown && <ChangeForm which={which} onCancel={close} {...shared} />}
    </div>
  );
}

/** The one thing about the meeting's time that everybody must know, and why. */
function MeetingNotice({ meeting, children }: { meeting: Meeting; children: ReactNode }) {
  const { t } = useTranslation();
  const history = useQuery({ ...queries.meetingChanges(meeting.id), enabled: meeting.version > 1 });
  const changes = meeting.version > 1 ? (history.data?.changes ?? []) : [];
  const last = changes.findLast(({ kind }) => (meeting.state === 'cancelled' ? ['cancelled', 'dropped'] : ['moved', 'rescheduled']).includes(kind));
  const who = last && t('change.by', { person: personAndAuthority(last.by), time: dayAndTime(last.at) });

  if (meeting.state === 'cancelled') {
    return (
      <div className="alert alert-error meeting-notice">
        <p className="alert-heading">{t('change.cancelledHeading')}</p>
        {last?.reason && <p className="alert-text">{t('change.why', { reason: last.reason })}</p>}
        {who && <p className="alert-text quiet">{who}</p>}
        <p className="alert-text">{t('change.cancelledEffect')}</p>
        {children && <p className="alert-text">{children}</p>}
      </div>
    );
  }
  if (meeting.state === 'draft' && meeting.seriesId !== null && meeting.holiday) {
    return (
      <div className="alert alert-warning meeting-notice">
        <p className="alert-heading">{t('change.onHoliday', { holiday: meeting.holiday })}</p>
        <p className="alert-text">{t(meeting.canCoordinate ? 'change.decide' : 'change.undecided')}</p>
        {children && <p className="alert-text">{children}</p>}
      </div>
    );
  }
  if (meeting.recurrenceId && meeting.recurrenceId !== meeting.startLocal) {
    const from = localDayAndTime(meeting.recurrenceId);
    return (
      <p className="meeting-when meeting-moved">
        <Icon name="info" />
        <span>
          {meeting.holiday ? t('series.movedFromHoliday', { holiday: meeting.holiday, date: from }) : t('series.movedFrom', { date: from })}
          {last?.reason && `. ${t('change.why', { reason: last.reason })}`} {who && <span className="quiet">{who}</span>}
        </span>
      </p>
    );
  }
  if (last?.movedFromLocal) {
    const from = localDayAndTime(last.movedFromLocal);
    return (
      <p className="meeting-when meeting-moved">
        <Icon name="info" />
        <span>
          {t('series.movedFrom', { date: from })}
          {last.reason && `. ${t('change.why', { reason: last.reason })}`} <span className="quiet">{who}</span>
        </span>
      </p>
    );
  }
  return null;
}

interface ChangeFormProps {
  which: Which;
  meeting: Meeting;
  pending: boolean;
  problem: ApiProblem | null;
  send: (command: MeetingCommand) => void;
  onCancel: () => void;
}

function ChangeForm({ which, meeting, pending, problem, send, onCancel }: ChangeFormProps) {
  const { t } = useTranslation();
  const errorOf = fieldErrors(problem);
  // Filled once: what somebody else changes meanwhile must not overwrite what is being typed.
  const [date, setDate] = useState(meeting.startLocal.slice(0, 10));
  const [time, setTime] = useState(meeting.startLocal.slice(11));
  const [duration, setDuration] = useState(String((Date.parse(meeting.endInstant) - Date.parse(meeting.startInstant)) / 60_000));
  const [reason, setReason] = useState('');
  const [filled] = useState(meeting);
  const [place, setPlace] = useState(meeting.place ?? '');
  const [videoLink, setVideoLink] = useState(meeting.videoLink ?? '');
  const year = Number(date.slice(0, 4));
  const holidays = useQuery({ ...queries.holidays(`${year}-01-01`, `${year + 1}-01-01`), enabled: which === 'move' && year > 2000 && year < 2200 });
  const holiday = holidays.data?.holidays.find((one) => one.date === date)?.name;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (which === 'cancel') send({ kind: 'cancel', body: { reason: reason.trim() } });
    if (which === 'move') send({ kind: 'move', body: { startLocal: `${date}T${time}`, durationMinutes: Number(duration), reason: reason.trim() || null } });
    // Only what is another one now: what stood before a rule about it was made goes on standing.
    if (which === 'place') send({ kind: 'place', body: { ...changed('place', place.trim() || null, filled.place), ...changed('videoLink', videoLink.trim() || null, filled.videoLink) } });
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-labelledby="change-heading" onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
      <h2 id="change-heading" className="h4">
        {t(`change.open.${which}`)}
      </h2>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      {which === 'move' && (
        <div className="field-row">
          <Field id={id('startLocal')} label={t('change.date')} hint={holiday && t('change.isHoliday', { holiday })} error={errorOf('startLocal')}>
            {(control) => <input {...control} type="date" autoFocus className="form-input" value={date} onChange={(event) => setDate(event.target.value)} />}
          </Field>
          <Field id={`${id('startLocal')}-time`} label={t('newSeries.time')}>
            {(control) => <input {...control} type="time" className="form-input" value={time} onChange={(event) => setTime(event.target.value)} />}
          </Field>
          <Field id={id('durationMinutes')} label={t('newSeries.duration')} error={errorOf('durationMinutes')}>
            {(control) => (
              <input {...control} type="number" inputMode="numeric" min={5} step={5} className="form-input" value={duration} onChange={(event) => setDuration(event.target.value)} />
            )}
          </Field>
        </div>
      )}
      {which === 'move' && (
        <FindTime
          people={meeting.participants.filter(({ standsInForMembershipId, role }) => role !== 'guest' && !meeting.participants.some(({ membershipId }) => membershipId === standsInForMembershipId))}
          durationMinutes={Number(duration)}
          ask={(question) => api.findTime(meeting.id, question)}
          onChoose={(found) => {
            setDate(found.startLocal.slice(0, 10));
            setTime(found.startLocal.slice(11));
            setDuration(String(found.durationMinutes));
          }}
          fieldId={id('startLocal')}
        />
      )}
      {which === 'place' && (
        <>
          <Field id={id('place')} label={t('newSeries.place')} optional hint={t('newSeries.placeHint')} error={errorOf('place')}>
            {(control) => <input {...control} autoFocus className="form-input" value={place} onChange={(event) => setPlace(event.target.value)} />}
          </Field>
          <Field id={id('videoLink')} label={t('newSeries.videoLink')} optional hint={t('newSeries.videoLinkHint')} error={errorOf('videoLink')}>
            {(control) => <input {...control} type="url" className="form-input" value={videoLink} onChange={(event) => setVideoLink(event.target.value)} />}
          </Field>
        </>
      )}
      {which !== 'place' && (
        <Field id={id('reason')} label={t('change.reason')} optional={which === 'move'} hint={t('change.reasonHint')} error={errorOf('reason')}>
          {(control) => (
            <textarea {...control} rows={2} autoFocus={which === 'cancel'} className="form-input" value={reason} onChange={(event) => setReason(event.target.value)} />
          )}
        </Field>
      )}
      <p className="field-note">{t(`change.effect.${which}`)}</p>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={pending}>
          {t(`change.submit.${which}`)}
        </button>
        <button type="button" className="button button-tertiary" onClick={onCancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
