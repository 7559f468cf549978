import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { Item, PreparationAnswer, Preparations } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { RichTextView } from '../minutes/rich-text-view.js';
import { Icon } from '../shell/icon.js';
import { Loading } from '../shell/loading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { answerIcons } from './answers.js';
import './preparation.css';

const PreparationDocument = lazy(() => import('../collab/preparation-document.js'));

/**
 * What one's own authority prepares for an item, and what the others say of theirs.
 *
 * @param isOver once the agenda is closed nobody is asked any more: only what was answered is shown
 */
export function ItemPreparation({ item, path, isOver }: { item: Item; path: string; isOver: boolean }) {
  const { t } = useTranslation();
  const { acting } = useSession();
  const view = useQuery(queries.itemPreparations(item.id));
  if (!view.data) return view.error ? <ProblemNotice error={view.error} onRetry={() => void view.refetch()} /> : null;
  const { own, sides } = view.data;
  const hasOwn = own.documentId !== null || own.answer !== 'open' || (own.canAnswer && !isOver);
  // Nobody owes an answer where nobody is spoken of.
  const others = sides.filter((side) => side.authority.id !== acting.authority.id && ((item.aboutPerson && !isOver) || side.answer !== 'open'));
  if (!hasOwn && others.length === 0) return null;
  return (
    <section className="document-field preparation" aria-labelledby="preparation-heading">
      <h3 id="preparation-heading">{t('preparation.heading')}</h3>
      {hasOwn && <Own item={item} path={path} view={view.data} />}
      {others.length > 0 && <Others sides={others} />}
    </section>
  );
}

function Own({ item, path, view: { own, sides } }: { item: Item; path: string; view: Preparations }) {
  const { t } = useTranslation();
  const { acting } = useSession();
  const [begun, setBegun] = useState(false);
  const [opened, setOpened] = useState(false);
  const [isReady, setIsReady] = useState(false);
  const [said, setSaid] = useState('');
  const queryKey = queries.itemPreparations(item.id).queryKey;
  const settle = {
    onSuccess: (now: Preparations) => queryClient.setQueryData(queryKey, now),
    onError: () => queryClient.invalidateQueries({ queryKey }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.preparations().queryKey }),
  };
  const begin = useMutation({ mutationFn: () => api.beginPreparation(item.id), ...settle });
  const answer = useMutation({ mutationFn: (to: PreparationAnswer) => api.answerPreparation(item.id, own.version, to), ...settle });
  // Where nothing will be shared, one's own words are out of the way, and never away.
  const isShown = opened || own.answer === 'open';
  const busy = begin.isPending || answer.isPending;
  const say = (to: PreparationAnswer) => {
    if (!busy) answer.mutate(to, { onSuccess: () => setSaid(t(`preparation.said.${to}`)) });
  };
  const released = sides.find((side) => side.authority.id === acting.authority.id && side.text !== null);
  const others = sides.filter((side) => side.authority.id !== acting.authority.id).map((side) => side.authority.name);

  return (
    <div className="preparation-own">
      <h4>
        {acting.authority.name} <span className="quiet">{t('preparation.yours')}</span>
      </h4>
      {own.answer !== 'open' && (
        <p className="preparation-state">
          <Icon name={answerIcons[own.answer]} /> {t(`preparation.answer.${own.answer}`)}
          {released?.releasedAt && ` ${t('preparation.releasedBy', { when: dayAndTime(released.releasedAt), who: released.releasedBy ?? '' })}`}
        </p>
      )}
      {released?.text ? (
        <RichTextView text={released.text} />
      ) : (
        own.documentId !== null && (
          <>
            <p className="quiet">
              {t(own.answer === 'open' ? 'preparation.onlyYours' : 'preparation.staysYours')}{' '}
              {!isShown && (
                <button type="button" className="link-button" onClick={() => setOpened(true)}>
                  {t('preparation.showOwn')}
                </button>
              )}
            </p>
            {isShown && (
              <Suspense fallback={<Loading lines={3} label={t('item.loadingText')} />}>
                <PreparationDocument documentId={own.documentId} path={path} canWrite={own.canWrite} takesFocus={begun} onReady={setIsReady} />
              </Suspense>
            )}
          </>
        )
      )}
      {begin.error && <ProblemNotice error={begin.error} />}
      {answer.error && <ProblemNotice error={answer.error} />}
      {own.canAnswer && (
        <>
          {own.answer === 'open' && own.documentId !== null && others.length > 0 && <p className="form-hint">{t('preparation.releaseHint', { who: others.join(', ') })}</p>}
          <p className="button-line">
            {own.documentId === null && (
              <button
                type="button"
                className="button button-secondary"
                aria-disabled={busy}
                onClick={() => {
                  if (busy) return;
                  setBegun(true);
                  begin.mutate();
                }}
              >
                <Icon name="plus" /> {t('preparation.begin')}
              </button>
            )}
            {own.answer === 'open' && own.documentId !== null && (
              <button type="button" className="button button-secondary" aria-disabled={busy || !isReady} onClick={() => isReady && say('released')}>
                <Icon name={answerIcons.released} /> {t('preparation.release')}
              </button>
            )}
            {own.answer === 'open' && (item.aboutPerson || own.documentId !== null) && (
              <>
                <button type="button" className="button button-tertiary" aria-disabled={busy} onClick={() => say('orally')}>
                  {t('preparation.answer.orally')}
                </button>
                <button type="button" className="button button-tertiary" aria-disabled={busy} onClick={() => say('nothing')}>
                  {t('preparation.answer.nothing')}
                </button>
              </>
            )}
            {own.answer !== 'open' && (
              <button type="button" className="button button-secondary" aria-disabled={busy} onClick={() => say('open')}>
                <Icon name="reply" /> {t(own.answer === 'released' ? 'preparation.takeBack' : 'preparation.undo')}
              </button>
            )}
          </p>
        </>
      )}
      <p className="sr-only" role="status">
        {said}
      </p>
    </div>
  );
}

function Others({ sides }: { sides: Preparations['sides'] }) {
  const { t } = useTranslation();
  return (
    <ul className="preparation-others unstyled-list no-max-width" aria-label={t('preparation.others')}>
      {sides.map(({ authority, answer, text, releasedAt, releasedBy }) => (
        <li key={authority.id}>
          <p className="preparation-state">
            <Icon name={answerIcons[answer]} /> <strong>{authority.name}:</strong> {t(`preparation.state.${answer}`)}
            {releasedAt && <span className="quiet"> {t('preparation.releasedBy', { when: dayAndTime(releasedAt), who: releasedBy ?? '' })}</span>}
          </p>
          {text && <RichTextView text={text} />}
        </li>
      ))}
    </ul>
  );
}
