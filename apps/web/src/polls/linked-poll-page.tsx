import type { PollChoice } from '@lib/contracts/enums.js';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem, isNotFound } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { LanguageSwitch } from '../shell/language-switch.js';
import { PageHeading } from '../shell/page-heading.js';
import { Ballot } from './ballot.js';
import '../sign-in/sign-in.css';
import './polls.css';

/**
 * The secret stands behind the #, so that it reaches no log of the server. It stays in the address: whoever has it comes
 * back by it, also after loading the page anew, and it ends with the poll.
 */
const tokenHere = () => window.location.hash.slice(1);

/** For somebody without an account: kind, times and her own answer. No menu, no sign-in, no other page. */
export function LinkedPollPage() {
  const { t } = useTranslation();
  const [token, setToken] = useState(tokenHere);
  useEffect(() => {
    // Another link may be opened in a tab that stands here already.
    const changed = () => setToken(tokenHere());
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  const poll = useQuery(queries.linkedPoll(token));
  const { queryKey } = queries.linkedPoll(token);
  const answer = useMutation({
    mutationFn: ({ choices, version }: { choices: (PollChoice | null)[]; version: number }) => api.answerLinkedPoll({ token, choices }, version),
    onSuccess: (view) => queryClient.setQueryData(queryKey, view),
    // Until what stands now is there, the press that was refused is not over.
    onError: (error) => (error instanceof ApiProblem && [404, 412].includes(error.status) ? queryClient.invalidateQueries({ queryKey }) : undefined),
  });
  const isOver = token === '' || isNotFound(poll.error);
  return (
    <>
      <header className="sign-in-top">
        <p className="wordmark">{t('shell.name')}</p>
        <LanguageSwitch />
      </header>
      <main id="main" className="page sign-in-page" tabIndex={-1}>
        {isOver ? (
          <>
            <PageHeading title={t('poll.linkedTitle')} />
            <div className="alert alert-warning" role="alert">
              <p className="alert-heading">{t('poll.linkOverTitle')}</p>
              <p className="alert-text">{t('poll.linkOver')}</p>
            </div>
          </>
        ) : (
          <Answer query={poll} lines={8}>
            {(view) => (
              <>
                <PageHeading title={t('poll.linkedTitle')} />
                <p className="poll-about">{view.kindTitle}</p>
                <p>
                  <Icon name="time" /> {t('poll.linkedUntil', { time: dayAndTime(new Date(Date.parse(view.closesAt) - 60_000).toISOString()) })}
                </p>
                <Ballot key={token} slots={view.slots} own={view.own} onSave={(choices, version) => answer.mutate({ choices, version })} onSettled={answer.reset} pending={answer.isPending} error={answer.error} />
              </>
            )}
          </Answer>
        )}
      </main>
    </>
  );
}
