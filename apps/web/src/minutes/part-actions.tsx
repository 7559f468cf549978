import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { MinutesPart } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Choice } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { personAndAuthority } from '../shell/people.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { TextForm } from './text-form.js';
import { useMinutesCommand } from './use-minutes.js';

type Which = 'request' | 'resend' | 'add';

/** What of a part waits, and what the reader may do about it. */
export function PartActions({ meetingId, part }: { meetingId: string; part: MinutesPart }) {
  const { t } = useTranslation();
  const [which, setWhich] = useState<Which | null>(null);
  // What stood when the form was opened: what somebody types is about that, until she says otherwise.
  const [base, setBase] = useState(part.version);
  const [outcome, setOutcome] = useState<'changed' | 'declined'>('changed');
  const box = useRef<HTMLDivElement>(null);
  // The opener of a form stands in its place again, unless it went with what was done.
  const opened = useRef<Which>('request');
  const focusBack = useFocusBack(() => box.current?.querySelector<HTMLElement>(`[data-command=${opened.current}]`));
  const leave = () => {
    setWhich(null);
    if (which !== null) focusBack();
  };
  const { send, reset, pending, problem } = useMinutesCommand(meetingId, leave);
  const at = { itemId: part.itemId, version: base };
  const isOutdated = which !== null && which !== 'add' && base !== part.version;
  const name = part.itemId === null ? t('minutes.frame') : `${part.number ?? ''} ${part.title ?? ''}`.trim();
  const key = part.itemId ?? 'frame';
  const open = (next: Which) => {
    reset();
    setBase(part.version);
    opened.current = next;
    setWhich(next);
  };
  const shared = { pending, problem, onCancel: leave, ...(isOutdated ? { notice: <Outdated name={name} onKeep={() => { reset(); setBase(part.version); }} /> } : {}) };
  return (
    <div ref={box} className="minutes-part-actions">
      {part.state === 'freezing' && (
        <p className="quiet">
          <Icon name="sync" /> {t('minutes.freezing')}
        </p>
      )}
      {part.state === 'reopened' && (
        <div className="alert alert-warning">
          <p className="alert-heading">{t('minutes.reopened')}</p>
          {part.requests.length === 0 && <p className="alert-text">{t('minutes.requestsAnswered')}</p>}
          {part.requests.map((request) => (
            <div key={request.id} className="alert-text">
              <p className="quiet">
                {personAndAuthority(request.by)}, {dayAndTime(request.at)}
              </p>
              <blockquote lang="da">{request.text}</blockquote>
              {request.canWithdraw && (
                <button type="button" className="button button-secondary" aria-disabled={pending} onClick={() => send({ kind: 'withdrawRequest', requestId: request.id })}>
                  {t('minutes.withdrawRequest')}
                </button>
              )}
            </div>
          ))}
          {part.itemId !== null && (
            <p className="alert-text">
              <Link to={`/moeder/${meetingId}/punkt/${part.itemId}`}>{t('minutes.toText')}</Link>
            </p>
          )}
        </div>
      )}
      {which === null && problem && <ProblemNotice error={problem} />}
      {which === null && (
        <p className="button-line">
          {part.canResend && (
            <button type="button" data-command="resend" className="button button-primary" onClick={() => open('resend')}>
              {t('minutes.resend')}
            </button>
          )}
          {part.canRequestChange && (
            <button type="button" data-command="request" className="quiet-command" aria-label={t('minutes.requestOf', { part: name })} onClick={() => open('request')}>
              <Icon name="reply" /> {t('minutes.request')}
            </button>
          )}
          {part.canAdd && (
            <button type="button" data-command="add" className="quiet-command" aria-label={t('minutes.addOf', { part: name })} onClick={() => open('add')}>
              <Icon name="plus" /> {t('minutes.add')}
            </button>
          )}
        </p>
      )}
      {which === 'request' && (
        <TextForm form={`request-${key}`} heading={t('minutes.requestOf', { part: name })} label={t('minutes.requestText')} hint={t('minutes.requestHint')} field="text" submit={t('minutes.requestSend')} onSubmit={(text) => send({ kind: 'request', ...at, text })} {...shared} />
      )}
      {which === 'add' && (
        <TextForm form={`add-${key}`} heading={t('minutes.addOf', { part: name })} label={t('minutes.addText')} hint={t('minutes.addHint')} field="text" submit={t('minutes.addSend')} onSubmit={(text) => send({ kind: 'add', itemId: part.itemId, text })} {...shared} />
      )}
      {which === 'resend' && (
        <TextForm form={`resend-${key}`} heading={t('minutes.resendOf', { part: name })} label={t('minutes.answer')} hint={t('minutes.answerHint')} optional={outcome === 'changed'} field="text" submit={t('minutes.resend')} onSubmit={(text) => send({ kind: 'resend', ...at, outcome, text: text || null })} {...shared}>
          <fieldset>
            <legend className="form-label">{t('minutes.outcome')}</legend>
            {(['changed', 'declined'] as const).map((one) => (
              <Choice key={one} id={`resend-${key}-${one}`} type="radio" name={`resend-${key}`} checked={outcome === one} onChange={() => setOutcome(one)}>
                {t(`minutes.outcome_${one}`)}
              </Choice>
            ))}
          </fieldset>
        </TextForm>
      )}
    </div>
  );
}

/** Somebody was quicker: what stands now is right above, what was typed is right below, and its writer decides. */
function Outdated({ name, onKeep }: { name: string; onKeep: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="alert alert-warning" role="alert">
      <p className="alert-heading">{t('minutes.outdated', { part: name })}</p>
      <p className="alert-text">{t('minutes.outdatedHint')}</p>
      <p className="alert-text">
        <button type="button" className="button button-secondary" onClick={onKeep}>
          {t('minutes.outdatedKeep')}
        </button>
      </p>
    </div>
  );
}
