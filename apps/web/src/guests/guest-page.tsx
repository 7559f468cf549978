import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { useLiveEvents } from '../api/live.js';
import { ApiProblem, isNotFound } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import { isSignedOut } from '../api/session.js';
import type { GuestVisit } from '../api/types.js';
import { unsavedDocuments } from '../collab/unsaved.js';
import { dayAndTime, fullSpan } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Field } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { LanguageSwitch } from '../shell/language-switch.js';
import { Loading } from '../shell/loading.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { VideoLink } from '../shell/video-link.js';
import '../sign-in/sign-in.css';
import './guests.css';

// Yjs and Tiptap come only with an open item.
const ItemDocument = lazy(() => import('../collab/item-document.js'));

/** The token stands behind the #: so it reaches neither the server's logs nor, taken away at once, the browser's history. */
function takeToken(): string {
  const token = window.location.hash.slice(1);
  if (token !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
  return token;
}

/** A guest's way in, and all that she sees: no menu, no search, no other page. */
export function GuestPage() {
  const { t } = useTranslation();
  const [token, setToken] = useState(takeToken);
  const visit = useQuery({ ...queries.guestVisit(), enabled: token === '' });
  const [wasIn, setWasIn] = useState(false);
  useEffect(() => {
    if (visit.data) setWasIn(true);
  }, [visit.data]);
  useEffect(() => {
    // The link may be opened in a tab that stands here already.
    const taken = () => {
      const next = takeToken();
      if (next !== '') setToken(next);
    };
    window.addEventListener('hashchange', taken);
    return () => window.removeEventListener('hashchange', taken);
  }, []);
  const isOut = token === '' && (isSignedOut(visit.error) || isNotFound(visit.error));
  return (
    <>
      <header className="sign-in-top">
        <p className="wordmark">{t('shell.name')}</p>
        <LanguageSwitch />
      </header>
      <main id="main" className="page sign-in-page" tabIndex={-1}>
        {token !== '' ? (
          <CodeForm
            token={token}
            onIn={() => {
              // Whoever was here before leaves nothing to her.
              unsavedDocuments.discardAll();
              queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'configuration' });
              setToken('');
            }}
          />
        ) : isOut ? (
          <>
            <PageHeading title={t('guest.page')} />
            <div className="alert alert-warning" role="alert">
              <p className="alert-heading">{t(wasIn ? 'guest.endedTitle' : 'guest.outTitle')}</p>
              <p className="alert-text">{t(wasIn ? 'guest.ended' : 'guest.out')}</p>
            </div>
          </>
        ) : (
          <Answer query={visit}>{(seen) => <Visit visit={seen} onOut={() => void visit.refetch()} />}</Answer>
        )}
      </main>
    </>
  );
}

function CodeForm({ token, onIn }: { token: string; onIn: () => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const open = useMutation({ mutationFn: () => api.openGuestLink({ token, code }), onSuccess: onIn });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!open.isPending) open.mutate();
  };
  const problem = open.error instanceof ApiProblem ? open.error : null;
  const isOver = problem?.code === 'guest-link-over' || problem?.code === 'guest-link-locked';
  return (
    <form onSubmit={submit} noValidate>
      <PageHeading title={t('guest.page')} />
      <p className="font-lead">{t('guest.codeAsk')}</p>
      {open.error && !isOver && <ProblemNotice error={open.error} />}
      {isOver ? (
        <div className="alert alert-warning" role="alert">
          <p className="alert-heading">{problem.title}</p>
          <p className="alert-text">{t(problem.code === 'guest-link-locked' ? 'guest.locked' : 'guest.over')}</p>
        </div>
      ) : (
        <>
          <Field id="guest-code" label={t('guest.code')} hint={t('guest.codeFieldHint')}>
            {(control) => <input {...control} className="form-input guest-code-field" inputMode="numeric" autoComplete="off" autoFocus value={code} onChange={(event) => setCode(event.target.value)} />}
          </Field>
          <p className="button-line">
            <button type="submit" className="button button-primary" aria-disabled={open.isPending}>
              {t('guest.open')}
            </button>
          </p>
        </>
      )}
    </form>
  );
}

function Visit({ visit, onOut }: { visit: GuestVisit; onOut: () => void }) {
  const { t } = useTranslation();
  const { meeting } = visit;
  useLiveEvents(`guest ${visit.name} ${meeting.id}`);
  const leave = useMutation({
    mutationFn: api.signOut,
    onSuccess: () => void queryClient.resetQueries({ queryKey: queries.guestVisit().queryKey }),
  });
  return (
    <>
      <PageHeading title={meeting.title} />
      <p>
        {t('guest.youAre', { name: visit.name, organisation: visit.organisation })} <span className="quiet">{t('guest.until', { time: dayAndTime(visit.to) })}.</span>
      </p>
      {meeting.state === 'cancelled' && (
        <div className="alert alert-warning">
          <p className="alert-heading">{t('guest.cancelled')}</p>
        </div>
      )}
      <dl className="guest-meeting">
        <dt>{t('guest.kind')}</dt>
        <dd>{meeting.kindTitle}</dd>
        <dt>{t('guest.time')}</dt>
        <dd>{fullSpan(meeting.startInstant, meeting.endInstant)}</dd>
        {meeting.place && (
          <>
            <dt>{t('guest.place')}</dt>
            <dd lang="da">{meeting.place}</dd>
          </>
        )}
        {meeting.videoLink && (
          <>
            <dt>{t('guest.video')}</dt>
            <dd>
              <VideoLink href={meeting.videoLink} />
            </dd>
          </>
        )}
        <dt>{t('guest.host')}</dt>
        <dd>{meeting.authority}</dd>
      </dl>
      {visit.items.length === 0 && <p>{t('guest.noItems')}</p>}
      {visit.items.map((item) => (
        <VisitedItem key={item.id} item={item} isOnly={visit.items.length === 1} onLost={onOut} />
      ))}
      {leave.error && <ProblemNotice error={leave.error} />}
      <p className="button-line">
        <button type="button" className="button button-secondary" aria-disabled={leave.isPending} onClick={() => !leave.isPending && leave.mutate()}>
          {t('guest.leave')}
        </button>
      </p>
    </>
  );
}

/** One item: open at once where it is the only one, for otherwise each would be a socket that nobody looks at. */
function VisitedItem({ item, isOnly, onLost }: { item: GuestVisit['items'][number]; isOnly: boolean; onLost: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(isOnly);
  const title = item.title || t('item.untitled');
  const words = (
    <>
      {item.isUnderEmbargo && (
        <div className="alert alert-warning">
          <p className="alert-heading">
            <Icon name="warning" /> {t('guest.embargoTitle')}
          </p>
          <p className="alert-text">{t('guest.embargo')}</p>
        </div>
      )}
      <Suspense fallback={<Loading lines={8} label={t('item.loadingText')} />}>
        <ItemDocument documentId={item.documentId} path="/gaest" canWrite={item.canWrite} onLost={onLost} prefix={`item-${item.id}`} />
      </Suspense>
      {item.legalBasis && (
        <p className="quiet">
          {t('audience.basis', { basis: item.legalBasis.label })}. {item.legalBasis.limits}
        </p>
      )}
    </>
  );
  return (
    <article className="guest-item" aria-label={title}>
      {isOnly ? (
        <>
          <h2 className="sr-only">{title}</h2>
          {words}
        </>
      ) : (
        <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            <h2>{title}</h2>
          </summary>
          {open && words}
        </details>
      )}
    </article>
  );
}
