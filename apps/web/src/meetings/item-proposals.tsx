import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { Meeting, Proposal, Proposals } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Icon, type IconName } from '../shell/icon.js';
import { personAndAuthority } from '../shell/people.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { AcceptProposal, DeclineProposal } from './answer-proposal.js';
import { ProposeItem } from './propose-item.js';

const proposalsId = 'forslag';

const looks: Record<Proposal['state'], { tone: string; icon: IconName }> = {
  waiting: { tone: 'badge-info', icon: 'time' },
  accepted: { tone: 'badge-success', icon: 'check' },
  declined: { tone: 'badge-plain', icon: 'close' },
  withdrawn: { tone: 'badge-plain', icon: 'reply' },
};

/** What participants want on the agenda: one's own, and for coordinators what is to be answered. */
export function ItemProposals({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState('');
  const box = useRef<HTMLDivElement>(null);
  // What was pressed goes with a later render; focus stays here, unless it has found a place of its own.
  const answered = useRef(false);
  useEffect(() => {
    const focused = document.activeElement;
    if (!answered.current || (focused !== document.body && box.current?.contains(focused))) return;
    answered.current = false;
    if (focused === document.body) box.current?.focus();
  });
  const answer = useQuery(queries.proposals(meeting.id));
  if (!answer.data) return answer.error ? <ProblemNotice error={answer.error} onRetry={() => void answer.refetch()} /> : null;
  const { proposals, canPropose } = answer.data;
  // What waits comes first; what was answered stays to be read.
  const inTurn = proposals.toSorted((a, b) => Number(b.state === 'waiting') - Number(a.state === 'waiting'));
  const told = (words: string) => (now: Proposals) => {
    queryClient.setQueryData(queries.proposals(meeting.id).queryKey, now);
    // The agenda may have got an item.
    void queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey, exact: true });
    setSaid(words);
  };
  const done = (words: string) => (now: Proposals) => {
    answered.current = true;
    told(words)(now);
  };
  return (
    <div ref={box} className="proposals-part" tabIndex={-1}>
      {proposals.length > 0 && (
        <section aria-labelledby={proposalsId} className="proposals">
          <h3 id={proposalsId} className="h4" tabIndex={-1}>
            {t(meeting.canCoordinate ? 'proposal.heading' : 'proposal.headingOwn')}
          </h3>
          <ul className="unstyled-list no-max-width">
            {inTurn.map((one) => (
              <ProposalRow key={one.id} meeting={meeting} proposal={one} done={done} />
            ))}
          </ul>
        </section>
      )}
      {canPropose && <ProposeItem meeting={meeting} onDone={told(t('proposal.sent'))} />}
      <p className={said ? 'change-done' : 'sr-only'} role="status">
        {said}
      </p>
    </div>
  );
}

/** Tells a coordinator, where the agenda begins, that proposals wait below it. */
export function ProposalsWaiting({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const answer = useQuery({ ...queries.proposals(meeting.id), enabled: meeting.canCoordinate });
  const count = answer.data?.proposals.filter((one) => one.canAnswer).length ?? 0;
  if (count === 0) return null;
  return (
    <p>
      <Icon name="reply" /> <a href={`#${proposalsId}`}>{t('proposal.waitingCount', { count })}</a>
    </p>
  );
}

function ProposalRow({ meeting, proposal, done }: { meeting: Meeting; proposal: Proposal; done: (words: string) => (now: Proposals) => void }) {
  const { t } = useTranslation();
  const own = useSession().acting.id === proposal.proposedBy.membershipId;
  const [doing, setDoing] = useState<'accept' | 'decline' | null>(null);
  const withdraw = useMutation({ mutationFn: () => api.withdrawProposal(meeting.id, proposal.id), onSuccess: done(t('proposal.withdrawn')) });
  const { tone, icon } = looks[proposal.state];
  const basis = meeting.legalBases.find((one) => one.id === proposal.legalBasisId && one.id !== 'none')?.label;
  const title = proposal.title ?? t('proposal.became');
  const form = { meeting, proposal, onCancel: () => setDoing(null) };
  return (
    <li className="proposal">
      <div className="proposal-line">
        <p>{proposal.itemId === null ? <strong lang={proposal.title === null ? undefined : 'da'}>{title}</strong> : <Link to={`/moeder/${meeting.id}/punkt/${proposal.itemId}`}>{t('proposal.toItem')}</Link>}</p>
        <span className={`badge ${tone}`}>
          <Icon name={icon} /> {t(`proposal.state.${proposal.state}`)}
        </span>
      </div>
      <p className="quiet">
        {[t('agenda.minutesShort', { minutes: proposal.plannedMinutes }), t(`outputType.${proposal.outputType}`), ...(basis === undefined ? [] : [basis]), t(own ? 'proposal.byYou' : 'proposal.by', { who: personAndAuthority(proposal.proposedBy), when: dayAndTime(proposal.proposedAt) })].join(' · ')}
      </p>
      {proposal.answer !== null && proposal.answeredBy !== null && (
        <p>
          {proposal.answeredBy.name}: <span lang="da">{proposal.answer}</span>
        </p>
      )}
      {withdraw.error && <ProblemNotice error={withdraw.error} />}
      {doing === null && (proposal.canAnswer || proposal.canWithdraw) && (
        <p className="button-line">
          {proposal.canAnswer && (
            <>
              <button type="button" className="button button-secondary" onClick={() => setDoing('accept')}>
                <Icon name="plus" /> {t('proposal.openAccept')}
                <span className="sr-only">: {title}</span>
              </button>
              <button type="button" className="button button-tertiary" onClick={() => setDoing('decline')}>
                {t('proposal.openDecline')}
                <span className="sr-only">: {title}</span>
              </button>
            </>
          )}
          {proposal.canWithdraw && (
            <button type="button" className="button button-tertiary" aria-disabled={withdraw.isPending} onClick={() => !withdraw.isPending && withdraw.mutate()}>
              {t('proposal.withdraw')}
              <span className="sr-only">: {title}</span>
            </button>
          )}
        </p>
      )}
      {doing === 'accept' && proposal.canAnswer && <AcceptProposal {...form} onDone={done(t('proposal.accepted'))} />}
      {doing === 'decline' && proposal.canAnswer && <DeclineProposal {...form} onDone={done(t('proposal.declined'))} />}
    </li>
  );
}
