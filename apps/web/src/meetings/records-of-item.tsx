import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import { RecordCards, type RecordCardProps } from '../collab/record-cards.js';
import { plainDate } from '../dates.js';
import { Deadline, DecisionBadge } from '../decisions/state-badge.js';
import { FollowUpBadge } from '../follow-ups/follow-up-badge.js';
import { personAndAuthority } from '../shell/people.js';

const ItemOfCards = createContext('');

/** Lets the words of an item show its decisions and follow-ups, and those of no other item. */
export function RecordsOfItem({ itemId, children }: { itemId: string; children: ReactNode }) {
  return (
    <ItemOfCards value={itemId}>
      <RecordCards value={RecordCard}>{children}</RecordCards>
    </ItemOfCards>
  );
}

function RecordCard({ kind, id }: RecordCardProps) {
  return kind === 'decision' ? <DecisionCard id={id} /> : <FollowUpCard id={id} />;
}

function DecisionCard({ id }: { id: string }) {
  const { t } = useTranslation();
  const decisions = useQuery(queries.itemDecisions(useContext(ItemOfCards)));
  const decision = decisions.data?.decisions.find((one) => one.id === id);
  if (!decision) return <Unknown isLoading={decisions.isPending} />;
  return (
    <>
      <p className="record-head">
        <span className="record-kind">{t('record.decision')}</span>
        <DecisionBadge state={decision.state} />
      </p>
      <p>
        <Link to={`/beslutninger/${decision.id}`}>{decision.text}</Link>
      </p>
      <p className="quiet">
        {t('decision.decides', { authority: decision.decidingAuthority.name })} · {personAndAuthority(decision.responsible)} ·{' '}
        <Deadline deadline={t('decision.by', { date: plainDate(decision.deadline) })} overdue={decision.overdue} />
      </p>
    </>
  );
}

function FollowUpCard({ id }: { id: string }) {
  const { t } = useTranslation();
  const followUps = useQuery(queries.itemFollowUps(useContext(ItemOfCards)));
  const followUp = followUps.data?.followUps.find((one) => one.id === id);
  if (!followUp) return <Unknown isLoading={followUps.isPending} />;
  return (
    <>
      <p className="record-head">
        <span className="record-kind">{t('record.followUp')}</span>
        <FollowUpBadge state={followUp.state} />
      </p>
      <p>{followUp.text}</p>
      <p className="quiet">
        {personAndAuthority(followUp.owner)} · <Deadline deadline={t('followUp.by', { date: plainDate(followUp.deadline) })} overdue={followUp.overdue} />
      </p>
    </>
  );
}

/** Pasted from another item, or not yet fetched. */
function Unknown({ isLoading }: { isLoading: boolean }) {
  const { t } = useTranslation();
  return <p className="quiet">{t(isLoading ? 'record.loading' : 'record.elsewhere')}</p>;
}
