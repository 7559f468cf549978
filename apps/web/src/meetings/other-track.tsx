import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Item, Meeting, TrackTarget } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';

const form = 'track';
const labels = { meetingId: 'track.meeting', legalBasisId: 'track.legalBasis', title: 'track.title', caseReference: 'track.caseReference', reason: 'track.reason' } as const;

/** An item goes on for another purpose: a new one under another legal basis, and a trace on both. */
export function OtherTrack({ meeting, item }: { meeting: Meeting; item: Item }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack(() => opener.current);
  const targets = useQuery({ ...queries.trackTargets(item.id), enabled: open });
  if (!item.canMove) return null;
  const close = () => {
    focusBack();
    setOpen(false);
  };
  if (!open) {
    return (
      <button ref={opener} type="button" className="quiet-command" onClick={() => setOpen(true)}>
        <Icon name="reply" /> {t('track.open')}
      </button>
    );
  }
  return (
    <Answer query={targets} lines={5}>
      {(data) =>
        data.targets.length === 0 ? (
          <div className="inline-form">
            <p>{t('track.noTargets')}</p>
            <p className="button-line">
              <Link className="button button-primary" to="/serier/ny">
                {t('track.create')}
              </Link>
              <button type="button" className="button button-tertiary" onClick={close}>
                {t('form.cancel')}
              </button>
            </p>
          </div>
        ) : (
          <TrackForm meeting={meeting} item={item} targets={data.targets} onCancel={close} />
        )
      }
    </Answer>
  );
}

function TrackForm({ meeting, item, targets, onCancel }: { meeting: Meeting; item: Item; targets: readonly TrackTarget[]; onCancel: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [keyFor] = useState(creationKeys);
  const [meetingId, setMeetingId] = useState(targets[0]!.meeting.id);
  const bases = targets.find((one) => one.meeting.id === meetingId)!.bases;
  const [chosen, setChosen] = useState(bases[0]!.id);
  const basis = bases.find((one) => one.id === chosen) ?? bases[0]!;
  const [title, setTitle] = useState('');
  const [caseReference, setCaseReference] = useState(item.caseReference ?? '');
  const [reason, setReason] = useState('');
  const move = useMutation({
    mutationFn: () => {
      const body = { meetingId, legalBasisId: basis.id, title: title.trim(), caseReference: caseReference.trim() || null, reason: reason.trim() };
      return api.moveToOtherTrack(item, body, keyFor(body));
    },
    onSuccess: (made) => {
      for (const id of [meeting.id, made.meetingId]) void queryClient.invalidateQueries({ queryKey: ['meeting', id] });
      void navigate(`/moeder/${made.meetingId}/punkt/${made.id}`);
    },
  });
  const problem = move.error instanceof ApiProblem ? move.error : null;
  const errorOf = fieldErrors(problem);
  const id = (name: keyof typeof labels) => fieldId(form, name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!move.isPending) move.mutate();
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-label={t('track.formLabel')} onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      <p>{t('track.explain')}</p>
      <Field id={id('meetingId')} label={t('track.meeting')} error={errorOf('meetingId')}>
        {(control) => (
          <select {...control} className="form-select" value={meetingId} onChange={(event) => setMeetingId(event.target.value)}>
            {targets.map((one) => (
              <option key={one.meeting.id} value={one.meeting.id}>
                {dayAndTime(one.meeting.startInstant)}: {one.meeting.title}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id={id('legalBasisId')} label={t('track.legalBasis')} hint={basis.limits} error={errorOf('legalBasisId')}>
        {(control) => (
          <select {...control} className="form-select" value={basis.id} onChange={(event) => setChosen(event.target.value)}>
            {bases.map((one) => (
              <option key={one.id} value={one.id}>
                {one.label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id={id('title')} label={t('track.title')} hint={t('track.titleHint')} error={errorOf('title')}>
        {(control) => <input {...control} className="form-input" value={title} onChange={(event) => setTitle(event.target.value)} />}
      </Field>
      <Field id={id('caseReference')} label={t('track.caseReference')} optional error={errorOf('caseReference')}>
        {(control) => <input {...control} className="form-input" value={caseReference} onChange={(event) => setCaseReference(event.target.value)} />}
      </Field>
      <Field id={id('reason')} label={t('track.reason')} hint={t('track.reasonHint')} error={errorOf('reason')}>
        {(control) => <textarea {...control} rows={2} className="form-input" value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <p className="quiet">
        <Icon name="lock" /> {t('track.startsClosed')}
      </p>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={move.isPending}>
          {t('track.submit')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onCancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
