import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuthorityAnswer, Minutes, MinutesAnswerState } from '../api/types.js';
import { dayAndTime, inDays, plainDate } from '../dates.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon, type IconName } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { TextForm } from './text-form.js';
import { useMinutesCommand } from './use-minutes.js';

const looks: Record<MinutesAnswerState, { tone: string; icon: IconName }> = {
  pending: { tone: 'badge-plain', icon: 'time' },
  approved: { tone: 'badge-success', icon: 'check' },
  changeRequested: { tone: 'badge-warning', icon: 'reply' },
};

/** Who has approved, who is missing since when, and what the reader may do about the whole. */
export function ApprovalPanel({ minutes, isStale }: { minutes: Minutes; isStale: boolean }) {
  const { t } = useTranslation();
  const [which, setWhich] = useState<'send' | 'withdraw' | null>(null);
  const box = useRef<HTMLElement>(null);
  const opened = useRef<'send' | 'withdraw'>('send');
  const focusBack = useFocusBack(() => box.current?.querySelector<HTMLElement>(`[data-command=${opened.current}]`));
  const leave = () => {
    setWhich(null);
    if (which !== null) focusBack();
  };
  // A form that is open keeps what was typed when something else on the panel is done.
  const { send, reset, pending, problem } = useMinutesCommand(minutes.meetingId, (command) => command.kind === which && leave());
  // What was on the screen when she pressed: should somebody have been quicker, she is shown what is new.
  const [approving, setApproving] = useState<Minutes['parts']>([]);
  const approve = () => {
    send({ kind: 'approve', digest: minutes.digest! });
  };
  const news = minutes.parts.filter((part) => !approving.some((one) => one.itemId === part.itemId && one.version === part.version && one.state === part.state));
  // Pressed while an answer of somebody else was being fetched: it holds once that is here, if what she read still stands.
  const [isPressed, setPressed] = useState(false);
  useEffect(() => {
    if (!isPressed || isStale) return;
    setPressed(false);
    if (news.length === 0 && minutes.canApprove) approve();
  });
  const press = () => {
    // What is being locked at this moment may get its last words yet: it is approved when it stands.
    if (minutes.isFreezing) return;
    setApproving(minutes.parts);
    setPressed(true);
  };
  const open = (next: 'send' | 'withdraw') => {
    reset();
    opened.current = next;
    setWhich(next);
  };
  const othersWait = minutes.state === 'forApproval' && minutes.authorities.length > 0 && minutes.authorities.every(({ state }) => state === 'approved');
  return (
    <section ref={box} className="approval-panel" aria-labelledby="approval-heading">
      <h2 id="approval-heading" className="h3">
        {t('minutes.approval')}
      </h2>
      {minutes.state === 'draft' && <p>{t(minutes.canSend ? 'minutes.draftCoordinator' : 'minutes.draft')}</p>}
      {minutes.sentAt && minutes.sentBy && <p className="quiet">{t('minutes.sent', { person: minutes.sentBy.name, time: dayAndTime(minutes.sentAt) })}</p>}
      {minutes.due && <p>{t('minutes.dueBy', { date: plainDate(minutes.due) })}</p>}
      <ul className="unstyled-list answers no-max-width">
        {minutes.authorities.map((answer) => (
          <AuthorityRow key={answer.authority.id} answer={answer} pending={pending} onRemind={() => send({ kind: 'remind', authorityId: answer.authority.id })} />
        ))}
      </ul>
      {othersWait && <p className="quiet">{t('minutes.othersWait')}</p>}
      {problem && which === null && <ProblemNotice error={problem} />}
      {problem?.status === 412 && which === null && !isStale && news.length > 0 && (
        <div className="alert alert-info">
          <p className="alert-heading">{t('minutes.changedSince')}</p>
          <ul className="alert-text">
            {news.map((part) => (
              <li key={part.itemId ?? 'frame'}>
                <span lang={part.itemId === null ? undefined : 'da'}>{part.itemId === null ? t('minutes.frame') : `${part.number ?? ''} ${part.title ?? ''}`.trim()}</span>: {t(part.state === 'reopened' ? 'minutes.nowReopened' : 'minutes.nowNewText')}
              </li>
            ))}
          </ul>
        </div>
      )}
      {minutes.canApprove && minutes.digest && (
        <div className="approve">
          <p>{t('minutes.approveLead')}</p>
          <button type="button" className="button button-primary" aria-disabled={pending || isPressed || minutes.isFreezing} onClick={press}>
            <Icon name="check" /> {t('minutes.approve')}
          </button>
        </div>
      )}
      {which === null && (
        <p className="button-line">
          {minutes.canSend && (
            <button type="button" data-command="send" className="button button-primary" onClick={() => open('send')}>
              {t('minutes.send')}
            </button>
          )}
          {minutes.canWithdraw && (
            <button type="button" data-command="withdraw" className="button button-secondary" onClick={() => open('withdraw')}>
              {t('minutes.withdraw')}
            </button>
          )}
        </p>
      )}
      {which === 'send' && <SendForm pending={pending} problem={problem} onSend={(due) => send({ kind: 'send', round: minutes.round, due })} onCancel={leave} />}
      {which === 'withdraw' && (
        <TextForm form="withdraw" heading={t('minutes.withdraw')} label={t('minutes.withdrawReason')} hint={t('minutes.withdrawHint')} field="reason" submit={t('minutes.withdraw')} pending={pending} problem={problem} onSubmit={(reason) => send({ kind: 'withdraw', round: minutes.round, reason })} onCancel={leave} />
      )}
    </section>
  );
}

function AuthorityRow({ answer, pending, onRemind }: { answer: AuthorityAnswer; pending: boolean; onRemind: () => void }) {
  const { t } = useTranslation();
  const { tone, icon } = looks[answer.state];
  return (
    <li>
      <p className="answer-name">{answer.authority.name}</p>
      <p>
        <span className={`badge ${tone}`}>
          <Icon name={icon} /> {t(`minutesAnswer.${answer.state}`)}
        </span>
      </p>
      {answer.by && answer.at && <p className="quiet">{t('minutes.answeredBy', { person: answer.by.name, time: dayAndTime(answer.at) })}</p>}
      {answer.waitingSince && <p className="quiet">{t('minutes.waitingSince', { time: dayAndTime(answer.waitingSince), days: inDays(answer.waitingSince) })}</p>}
      {answer.remindedAt && <p className="quiet">{t('minutes.remindedAt', { time: dayAndTime(answer.remindedAt) })}</p>}
      {answer.canRemind && (
        <button type="button" className="button button-secondary" aria-disabled={pending} aria-label={t('minutes.remindWho', { authority: answer.authority.name })} onClick={onRemind}>
          <Icon name="bell" /> {t('minutes.remind')}
        </button>
      )}
    </li>
  );
}

interface SendFormProps {
  pending: boolean;
  problem: ReturnType<typeof useMinutesCommand>['problem'];
  onSend: (due: string | null) => void;
  onCancel: () => void;
}

function SendForm({ pending, problem, onSend, onCancel }: SendFormProps) {
  const { t } = useTranslation();
  const [due, setDue] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend(due || null);
  };
  return (
    <form className="inline-form" noValidate aria-labelledby="send-heading" onSubmit={submit} onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
      <h3 className="h5" id="send-heading">
        {t('minutes.send')}
      </h3>
      <ErrorSummary form="send" problem={problem} fields={{ due: t('minutes.due') }} />
      <p>{t('minutes.sendEffect')}</p>
      <Field id={fieldId('send', 'due')} label={t('minutes.due')} optional error={fieldErrors(problem)('due')}>
        {(control) => <input {...control} type="date" autoFocus className="form-input" value={due} onChange={(event) => setDue(event.target.value)} />}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={pending}>
          {t('minutes.sendNow')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onCancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
