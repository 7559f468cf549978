import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { Meeting } from '../api/types.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { ReplyButtons, useReply } from './reply-buttons.js';
import { SubstituteForm } from './substitute-form.js';
import './people.css';

type OpenForm = 'note' | 'substitute' | null;

/** What I answered to this meeting: yes, perhaps, no, or somebody else in my place. */
export function OwnReply({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const own = useSession().acting.id;
  const [form, setForm] = useState<OpenForm>(null);
  const takeBack = useReply(meeting.id);
  const section = useRef<HTMLElement>(null);
  // The form that had the focus goes with a later render; focus stays near what was done.
  const returnsFocus = useRef(false);
  useEffect(() => {
    if (!returnsFocus.current || form !== null) return;
    returnsFocus.current = false;
    section.current?.querySelector('button')?.focus();
  });
  if (!meeting.canReply) return null;
  const me = meeting.participants.find((one) => one.membershipId === own);
  const substitute = meeting.participants.find((one) => one.standsInForMembershipId === own);
  const replaced = meeting.participants.find((one) => one.membershipId === me?.standsInForMembershipId);
  const close = () => {
    setForm(null);
    returnsFocus.current = true;
  };

  return (
    <section ref={section} className="own-reply" aria-labelledby="own-reply-heading">
      <h2 id="own-reply-heading" className="h4">
        {meeting.ownReply === 'needsAction' ? t('reply.needed') : t('reply.heading')}
      </h2>
      {replaced && <p>{t('reply.isSubstitute', { name: replaced.name })}</p>}
      {meeting.ownReply === 'delegated' ? (
        <>
          <p>{substitute ? t('reply.sentSubstituteNamed', { name: substitute.name }) : t('reply.sentSubstitute')}</p>
          {takeBack.error && <ProblemNotice error={takeBack.error} />}
          <p className="button-line">
            <button type="button" className="button button-secondary" aria-disabled={takeBack.isPending} onClick={() => !takeBack.isPending && takeBack.mutate({ partStat: 'accepted' }, { onSuccess: () => (returnsFocus.current = true) })}>
              <Icon name="reply" /> {t('reply.takeBack')}
            </button>
            {substitute && <span className="quiet">{t('reply.takeBackEffect', { name: substitute.name })}</span>}
          </p>
        </>
      ) : (
        <ReplyButtons meeting={meeting} />
      )}
      {me?.note && form !== 'note' && <p>{t('reply.yourNote', { note: me.note })}</p>}
      {form === null && (
        <p className="reply-more">
          {!me?.standsInForMembershipId && (
            <button type="button" className="link-button" onClick={() => setForm('substitute')}>
              {t(substitute ? 'reply.sendOther' : 'reply.send')}
            </button>
          )}
          {isPlain(meeting.ownReply) && (
            <button type="button" className="link-button" onClick={() => setForm('note')}>
              {t(me?.note ? 'reply.editNote' : 'reply.writeNote')}
            </button>
          )}
        </p>
      )}
      {form === 'note' && isPlain(meeting.ownReply) && <NoteForm meeting={meeting} partStat={meeting.ownReply} note={me?.note ?? ''} onDone={close} />}
      {form === 'substitute' && <SubstituteForm meeting={meeting} onDone={close} />}
      {meeting.seriesId && !me?.standsInForMembershipId && isPlain(meeting.ownReply) && <WholeSeries key={meeting.ownReply} seriesId={meeting.seriesId} partStat={meeting.ownReply} />}
    </section>
  );
}

type Plain = 'accepted' | 'tentative' | 'declined';
const isPlain = (reply: Meeting['ownReply']): reply is Plain => reply === 'accepted' || reply === 'tentative' || reply === 'declined';

function NoteForm({ meeting, partStat, note, onDone }: { meeting: Meeting; partStat: Plain; note: string; onDone: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(note);
  const reply = useReply(meeting.id);
  const problem = reply.error instanceof ApiProblem ? reply.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!reply.isPending) reply.mutate({ partStat, note: text.trim() || null }, { onSuccess: onDone });
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate onKeyDown={(event) => event.key === 'Escape' && onDone()}>
      <ErrorSummary form="note" problem={problem} fields={{ note: t('reply.note') }} />
      <Field id={fieldId('note', 'note')} label={t('reply.note')} hint={t('reply.noteHint')} error={fieldErrors(problem)('note')}>
        {(control) => <textarea {...control} rows={2} className="form-input" autoFocus value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={reply.isPending}>
          {t('reply.saveNote')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onDone}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}

function WholeSeries({ seriesId, partStat }: { seriesId: string; partStat: Plain }) {
  const { t } = useTranslation();
  const answer = useMutation({
    mutationFn: () => api.replyToSeries(seriesId, { partStat }),
    onSuccess: () => Promise.all([queryClient.invalidateQueries({ queryKey: ['meetings'] }), queryClient.invalidateQueries({ queryKey: ['meeting'] })]),
  });
  return (
    <div className="reply-series">
      {answer.error && <ProblemNotice error={answer.error} />}
      {!answer.isSuccess && (
        <button type="button" className="link-button" onClick={() => !answer.isPending && answer.mutate()}>
          {t('reply.wholeSeries')}
        </button>
      )}
      <p role="status">
        {answer.data && t('reply.seriesAnswered', { count: answer.data.answered })}
        {answer.data && answer.data.withSubstitute > 0 && ` ${t('reply.seriesKept', { count: answer.data.withSubstitute })}`}
      </p>
    </div>
  );
}
