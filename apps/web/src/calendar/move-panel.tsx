import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, MeetingSummary, MoveQuestion } from '../api/types.js';
import { fullSpan } from '../dates.js';
import { ConflictChoice } from '../meetings/conflict-choice.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { Loading } from '../shell/loading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { MovePreviewed } from './move-preview.js';

const form = 'calendar-move';
const labels = { startLocal: 'change.date', durationMinutes: 'newSeries.duration', reason: 'change.reason' } as const;
const id = (name: keyof typeof labels) => fieldId(form, name);

/** After this long without a key the new time is asked about. */
const restMs = 500;

/** Where a meeting is to be moved, as far as it was said. */
export interface MoveTo {
  meeting: MeetingSummary;
  /** “2026-12-07”, “13:00” */
  date: string;
  time: string;
  /** It was dropped there: the time is asked about at once, and focus goes to what is said of it. */
  isDropped: boolean;
}

interface MovePanelProps {
  to: MoveTo;
  onChange: (change: Partial<Pick<MoveTo, 'date' | 'time'>>) => void;
  onMoved: (meeting: Meeting) => void;
  onClose: () => void;
}

/** What moving a meeting would mean, before it is done; nothing is moved until it is said. */
export function MovePanel({ to: { meeting, date, time, isDropped }, onChange, onMoved, onClose }: MovePanelProps) {
  const { t } = useTranslation();
  const wasMinutes = String((Date.parse(meeting.endInstant) - Date.parse(meeting.startInstant)) / 60_000);
  const [duration, setDuration] = useState(wasMinutes);
  const [reason, setReason] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  const dateField = useRef<HTMLInputElement>(null);
  useEffect(() => (isDropped ? heading : dateField).current?.focus(), [isDropped]);

  const startLocal = `${date}T${time}`;
  const isWhole = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(startLocal) && Number.isInteger(Number(duration)) && Number(duration) > 0;
  const isElsewhere = isWhole && (startLocal !== meeting.startLocal || duration !== wasMinutes);
  const content = JSON.stringify(isElsewhere ? { startLocal, durationMinutes: Number(duration) } : null);
  const [rested, setRested] = useState(content);
  useEffect(() => {
    const timer = setTimeout(() => setRested(content), restMs);
    return () => clearTimeout(timer);
  }, [content]);
  const shownFor = JSON.parse(rested) as MoveQuestion | null;
  const preview = useQuery({ ...queries.movePreview(meeting.id, shownFor), enabled: shownFor !== null });
  const isShown = shownFor !== null && rested === content && preview.isSuccess && !preview.isFetching;

  /** The time that it was taken up with, of which the fields were filled; then the one that was written over knowingly. */
  const [known, setKnown] = useState<Pick<MeetingSummary, 'startInstant' | 'endInstant'>>(meeting);
  /** Somebody was quicker: the choice stands until it is made, or something else is typed. */
  const [isAsked, setAsked] = useState(false);
  useEffect(() => setAsked(false), [content]);

  const move = useMutation({
    mutationFn: (version: number) => api.changeMeeting(meeting.id, version, { kind: 'move', body: { startLocal, durationMinutes: Number(duration), reason: reason.trim() || null } }),
    onSuccess: async (moved) => {
      void queryClient.invalidateQueries({ queryKey: ['meeting', meeting.id] });
      void queryClient.invalidateQueries({ queryKey: ['series'] });
      // First it stands where it was moved to, then focus goes there.
      await queryClient.invalidateQueries({ queryKey: ['meetings'] });
      onMoved(moved);
    },
    // The choice is about what stands now: until that is there, the press that was refused is not over.
    onError: async (error) => {
      const isConflict = error instanceof ApiProblem && error.status === 412;
      if (isConflict) await queryClient.invalidateQueries({ queryKey: ['movePreview', meeting.id] });
      setAsked(isConflict);
    },
  });
  const problem = move.error instanceof ApiProblem && move.error.status !== 412 ? move.error : null;
  const previewProblem = preview.error instanceof ApiProblem ? preview.error : null;
  const errorOf = fieldErrors(problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (move.isPending || isAsked || !isShown) return;
    const { from, version } = preview.data;
    // Moved between being taken up and being asked about, it would be moved away from a time that she never chose to leave.
    if (from.startInstant !== known.startInstant || from.endInstant !== known.endInstant) setAsked(true);
    else move.mutate(version);
  };
  const anyway = () => {
    if (move.isPending || !isShown) return;
    setKnown(preview.data.from);
    move.mutate(preview.data.version);
  };

  return (
    <form className="inline-form calendar-panel" onSubmit={submit} noValidate aria-labelledby="calendar-move-heading" onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <h3 id="calendar-move-heading" className="h4" ref={heading} tabIndex={-1}>
        {t('change.open.move')}: <span lang="da">{meeting.title}</span>
      </h3>
      {meeting.seriesId !== null && (
        <p className="calendar-only">
          {t('calendarMove.onlyThis')}{' '}
          {!meeting.isSubstitute && <Link to={`/serier/${meeting.seriesId}/ret?fra=${meeting.id}`}>{t('seriesChange.fromHere')}</Link>}
        </p>
      )}
      {isAsked ? (
        preview.isSuccess && (
          <ConflictChoice onAnyway={anyway} onKeep={onClose}>
            {t('calendarMove.now', { time: fullSpan(preview.data.from.startInstant, preview.data.from.endInstant) })}
          </ConflictChoice>
        )
      ) : (
        <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      )}
      <div className="field-row">
        <Field id={id('startLocal')} label={t('change.date')} error={errorOf('startLocal')}>
          {(control) => <input {...control} ref={dateField} type="date" className="form-input" value={date} onChange={(event) => onChange({ date: event.target.value })} />}
        </Field>
        <Field id={`${id('startLocal')}-time`} label={t('newSeries.time')}>
          {(control) => <input {...control} type="time" className="form-input" value={time} onChange={(event) => onChange({ time: event.target.value })} />}
        </Field>
        <Field id={id('durationMinutes')} label={t('newSeries.duration')} error={errorOf('durationMinutes')}>
          {(control) => <input {...control} type="number" inputMode="numeric" min={5} step={5} className="form-input" value={duration} onChange={(event) => setDuration(event.target.value)} />}
        </Field>
      </div>
      <section className="calendar-preview" aria-labelledby="calendar-preview-heading">
        <h4 id="calendar-preview-heading">{t('calendarMove.preview')}</h4>
        {!isElsewhere ? (
          <p className="quiet">{t('calendarMove.choose', { time: fullSpan(meeting.startInstant, meeting.endInstant) })}</p>
        ) : rested !== content || preview.isFetching ? (
          <Loading lines={5} label={t('calendarMove.asking')} />
        ) : previewProblem ? (
          previewProblem.errors[0] ? (
            <p role="status">
              <Icon name="warning" /> {previewProblem.errors[0].message}
            </p>
          ) : (
            <ProblemNotice error={previewProblem} onRetry={() => void preview.refetch()} />
          )
        ) : (
          preview.data && <MovePreviewed preview={preview.data} />
        )}
      </section>
      <Field id={id('reason')} label={t('change.reason')} optional hint={t('change.reasonHint')} error={errorOf('reason')}>
        {(control) => <textarea {...control} rows={2} className="form-input" value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <p className="quiet">{t('change.effect.move')}</p>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={move.isPending || isAsked || !isShown}>
          {t('change.submit.move')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onClose}>
          {t('calendarMove.leave')}
        </button>
      </p>
    </form>
  );
}
