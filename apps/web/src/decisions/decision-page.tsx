import { EmbargoBanner } from '../embargo/embargo-banner.js';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { queries } from '../api/queries.js';
import type { Decision } from '../api/types.js';
import { dayAndTime, plainDate } from '../dates.js';
import { FileButtons } from '../documents/file-buttons.js';
import { FollowUpList } from '../follow-ups/follow-up-list.js';
import { Answer } from '../shell/answer.js';
import { Icon, type IconName } from '../shell/icon.js';
import { PageHeading } from '../shell/page-heading.js';
import { personAndAuthority } from '../shell/people.js';
import { Correction } from './correction.js';
import { Escalation } from './escalate.js';
import { Review } from './review.js';
import { Deadline, DecisionBadge } from './state-badge.js';
import './decisions.css';

export function DecisionPage() {
  const { decisionId = '' } = useParams();
  const decision = useQuery(queries.decision(decisionId));
  return (
    <Answer query={decision} lines={10} wholePage>
      {(data) => <DecisionView decision={data} />}
    </Answer>
  );
}

function DecisionView({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const { meeting } = decision;
  return (
    <>
      <p className="over-heading">
        <Link to="/beslutninger">{t('log.title')}</Link>
      </p>
      {/* The tab and the history of the browser are no place for what was decided. */}
      <PageHeading title={t('decision.page')} lang="da">{decision.text}</PageHeading>
      {/* Spoken when the leader answers while a participant looks on. */}
      <p role="status">
        <DecisionBadge state={decision.state} /> {decision.escalatedTo && t('decision.escalatedTo', { person: personAndAuthority(decision.escalatedTo) })}
      </p>
      <EmbargoBanner embargoes={decision.embargoes} />
      {decision.supersededById && (
        <p className="alert alert-info correction-note">
          <Link to={`/beslutninger/${decision.supersededById}`}>{t('correction.replacedBy')}</Link>
        </p>
      )}
      {decision.supersedesId && (
        <p>
          <Link to={`/beslutninger/${decision.supersedesId}`}>{t('correction.replaces')}</Link>
        </p>
      )}
      <div className="two-columns">
        <div>
          <section aria-labelledby="reasons-heading">
            <h2 id="reasons-heading" className="h3">
              {t('decision.reasons')}
            </h2>
            <p className="decision-reasons" lang="da">{decision.reasons}</p>
          </section>
          {(decision.canReview || decision.canReturn) && <Review decision={decision} />}
          {decision.canEscalate && <Escalation decision={decision} />}
          {decision.canCorrect && decision.itemId && meeting.id && <Correction decision={decision} itemId={decision.itemId} meetingId={meeting.id} />}
          <section aria-labelledby="follow-ups-heading">
            <h2 id="follow-ups-heading" className="h3">
              {t('decision.followUps')}
            </h2>
            <FollowUps decisionId={decision.id} />
          </section>
          <section aria-labelledby="timeline-heading">
            <h2 id="timeline-heading" className="h3">
              {t('decision.timeline')}
            </h2>
            <Timeline decision={decision} />
          </section>
          <section aria-labelledby="extract-heading">
            <h2 id="extract-heading" className="h3">
              {t('documents.decision')}
            </h2>
            <p>{t('documents.decisionExtent')}</p>
            <FileButtons path={`/api/v1/decisions/${decision.id}/extract`} name={t('documents.decision')} />
          </section>
        </div>
        <dl className="facts facts-stacked">
          <Fact term={t('decision.authority')}>{decision.decidingAuthority.name}</Fact>
          <Fact term={t('decision.responsible')}>{personAndAuthority(decision.responsible)}</Fact>
          <Fact term={t('decision.deadline')}>
            <Deadline deadline={plainDate(decision.deadline)} overdue={decision.overdue} />
          </Fact>
          <Fact term={t('decision.basis')}>
            {decision.legalBasis ? decision.legalBasis.label : t('decision.noBasis')}
            {decision.legalBasis?.limits && <span className="quiet fact-note">{decision.legalBasis.limits}</span>}
          </Fact>
          {decision.caseReference && <Fact term={t('decision.caseReference')}>{decision.caseReference}</Fact>}
          <Fact term={t('decision.meeting')}>
            {meeting.id ? (
              <Link to={decision.itemId ? `/moeder/${meeting.id}/punkt/${decision.itemId}` : `/moeder/${meeting.id}`} lang="da">{meeting.title}</Link>
            ) : (
              meeting.title
            )}
            <span className="fact-note">{dayAndTime(meeting.startInstant)}</span>
          </Fact>
          <Fact term={t('decision.recordedBy')}>{personAndAuthority(decision.recordedBy)}</Fact>
        </dl>
      </div>
    </>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What carries it out, answered in place. */
function FollowUps({ decisionId }: { decisionId: string }) {
  const { t } = useTranslation();
  const followUps = useQuery(queries.decisionFollowUps(decisionId));
  return (
    <Answer query={followUps} lines={2}>
      {({ followUps: list }) => (list.length === 0 ? <p className="quiet">{t('decision.noFollowUps')}</p> : <FollowUpList followUps={list} within="item" />)}
    </Answer>
  );
}

const eventIcons: Record<Decision['timeline'][number]['kind'], IconName> = { recorded: 'plus', escalated: 'flag', confirmed: 'check', returned: 'reply', superseded: 'sync' };

function Timeline({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  return (
    <ol className="timeline unstyled-list">
      {decision.timeline.map(({ kind, by, to, at, comment }, index) => (
        <li key={index}>
          <Icon name={eventIcons[kind]} />
          <div>
            <p>
              <strong>{t(`timeline.${kind}`)}</strong> {t('timeline.by', { person: personAndAuthority(by) })}
              {to && ` ${t('timeline.to', { person: personAndAuthority(to) })}`}
            </p>
            <p className="quiet">
              <time dateTime={at}>{dayAndTime(at)}</time>
            </p>
            {comment && <blockquote lang="da">{comment}</blockquote>}
          </div>
        </li>
      ))}
    </ol>
  );
}
