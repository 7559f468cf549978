import { EmbargoMark } from '../embargo/embargo-banner.js';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import type { FollowUp } from '../api/types.js';
import { dayAndTime, plainDate } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { personAndAuthority } from '../shell/people.js';
import { FollowUpAnswerForm } from './follow-up-answer.js';
import { FollowUpBadge } from './follow-up-badge.js';
import './follow-ups.css';

/** Follow-ups one below the other, each with what may be said of it. */
export function FollowUpList({ followUps, within = 'page' }: { followUps: readonly FollowUp[]; within?: 'page' | 'item' }) {
  return (
    <ul className="unstyled-list follow-ups no-max-width">
      {followUps.map((followUp) => (
        <Row key={followUp.id} followUp={followUp} within={within} />
      ))}
    </ul>
  );
}

function Row({ followUp, within }: { followUp: FollowUp; within: 'page' | 'item' }) {
  const { t } = useTranslation();
  const [answering, setAnswering] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  // Where the row goes with the answer, focus stays in the list.
  const focusBack = useFocusBack(() => opener.current);
  const close = () => {
    setAnswering(false);
    focusBack();
  };
  const { meeting } = followUp;
  const latest = followUp.timeline.at(-1);
  return (
    <li>
      <div className="follow-up-head">
        <div>
          <p className="follow-up-text" lang="da">{followUp.text}</p>
          <EmbargoMark embargoes={followUp.embargoes} />
          <p>
            {t('followUp.ownedBy', { person: personAndAuthority(followUp.owner) })}
            {followUp.caseReference && <> · {followUp.caseReference}</>}
          </p>
          <p>
            {t('followUp.by', { date: plainDate(followUp.deadline) })}
            {followUp.overdue && (
              <span className="overdue">
                <Icon name="warning" /> {t('followUp.overdue')}
              </span>
            )}
            {followUp.ownerHasLeft && followUp.state === 'open' && (
              <span className="overdue">
                <Icon name="warning" /> {t('followUp.ownerLeft')}
              </span>
            )}
          </p>
          {within === 'page' && (
            <p className="quiet">
              {meeting.id ? (
                <Link to={followUp.itemId ? `/moeder/${meeting.id}/punkt/${followUp.itemId}` : `/moeder/${meeting.id}`}>{t('followUp.fromMeeting', { meeting: meeting.title })}</Link>
              ) : (
                t('followUp.fromMeeting', { meeting: meeting.title })
              )}
              , {dayAndTime(meeting.startInstant)}
            </p>
          )}
          {latest && latest.kind !== 'open' && (
            <p className="quiet">
              {t(`followUpEvent.${latest.kind}`)}, {personAndAuthority(latest.by)}, <time dateTime={latest.at}>{dayAndTime(latest.at)}</time>
            </p>
          )}
          {latest?.reason && <blockquote lang="da">{latest.reason}</blockquote>}
        </div>
        <div className="follow-up-state">
          <FollowUpBadge state={followUp.state} />
          {followUp.canAnswer && followUp.state !== 'handedOver' && !answering && (
            <button ref={opener} type="button" className="button button-tertiary" onClick={() => setAnswering(true)}>
              {t(followUp.state === 'open' ? 'followUp.answer' : 'followUp.reopen')}
              <span className="sr-only" lang="da">: {followUp.text}</span>
            </button>
          )}
        </div>
      </div>
      {answering && <FollowUpAnswerForm followUp={followUp} onDone={close} />}
    </li>
  );
}

/** What was promised under one item. */
export function ItemFollowUps({ itemId }: { itemId: string }) {
  const { t } = useTranslation();
  const followUps = useQuery(queries.itemFollowUps(itemId));
  return (
    <Answer query={followUps} lines={2}>
      {({ followUps: list }) => (list.length === 0 ? <p className="quiet">{t('followUp.noneInItem')}</p> : <FollowUpList followUps={list} within="item" />)}
    </Answer>
  );
}

/** Before the agenda: what earlier meetings of the series left open. Says nothing when there is nothing. */
export function CarriedFollowUps({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation();
  const carried = useQuery(queries.carriedFollowUps(meetingId));
  const list = carried.data?.followUps ?? [];
  if (list.length === 0) return null;
  return (
    <section className="carried" aria-labelledby="carried-heading">
      <h3 id="carried-heading" className="h4">
        {t('followUp.carried')}
      </h3>
      <FollowUpList followUps={list} />
    </section>
  );
}
