import type { PollChoice } from '@lib/contracts/enums.js';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, Poll } from '../api/types.js';
import { dayAndTime, fullSpan, localDayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { PageHeading } from '../shell/page-heading.js';
import { Ballot } from './ballot.js';
import { hasNoTime } from './no-time.js';
import { OpenPoll } from './open-poll.js';
import { PollLead } from './poll-lead.js';
import { SlotCounts } from './slot-counts.js';
import './polls.css';

/** “Afstemning”: when a meeting is held. One's own answer first; those who lead it see who can, and choose. */
export function PollPage() {
  const { t } = useTranslation();
  const { meetingId = '' } = useParams();
  const meeting = useQuery(queries.meeting(meetingId));
  const poll = useQuery(queries.poll(meetingId));
  return (
    <Answer query={meeting} lines={8} wholePage>
      {(about) => (
        <>
          <p className="over-heading">
            <Link to={`/moeder/${meetingId}`} lang="da">
              {about.title}
            </Link>
          </p>
          <PageHeading title={t('poll.title')} />
          <p className="meeting-when">
            <Icon name="calendar" /> {hasNoTime(about) ? t('poll.noTime') : t('poll.timeNow', { time: fullSpan(about.startInstant, about.endInstant) })}
          </p>
          <Answer query={poll} lines={6}>
            {(view) => <Body key={meetingId} meeting={about} poll={view.poll} />}
          </Answer>
        </>
      )}
    </Answer>
  );
}

function Body({ meeting, poll }: { meeting: Meeting; poll: Poll | null }) {
  const { t } = useTranslation();
  /** Times for a poll that is not begun are being typed: they stay when a colleague begins hers first. */
  const [isTyped, setTyped] = useState(false);
  const back = useFocusBack(() => document.getElementById('poll-counts'));
  const mayOpen = meeting.canCoordinate && ['draft', 'proposed', 'confirmed'].includes(meeting.state) && Date.parse(meeting.startInstant) > Date.now();
  const goesOn = poll !== null && ['open', 'over'].includes(poll.state);
  const discard = () => {
    back();
    setTyped(false);
  };
  return (
    <>
      {poll !== null && <State poll={poll} />}
      {poll?.canAnswer && (
        <section aria-labelledby="own-ballot">
          <h2 id="own-ballot" className="h3">
            {t('poll.own')}
          </h2>
          <OwnBallot meetingId={meeting.id} poll={poll} />
        </section>
      )}
      {poll !== null && (poll.canLead && goesOn ? <PollLead meeting={meeting} poll={poll} /> : poll.state !== 'chosen' && <SlotCounts poll={poll} />)}
      {poll === null && !mayOpen && <p className="empty">{t('poll.none')}</p>}
      {mayOpen && (!goesOn || isTyped) && <OpenPoll meeting={meeting} goesOn={goesOn} onTyped={() => setTyped(true)} onOpened={() => setTyped(false)} onDiscard={discard} />}
    </>
  );
}

/** How it stands, in a sentence. */
function State({ poll }: { poll: Poll }) {
  const { t } = useTranslation();
  return (
    <p className="poll-state" role="status">
      <Icon name={poll.state === 'open' ? 'time' : poll.state === 'chosen' ? 'check' : 'info'} />{' '}
      {poll.state === 'chosen' && poll.chosenLocal !== null
        ? t('poll.state.chosen', { time: localDayAndTime(poll.chosenLocal) })
        : poll.state === 'withdrawn'
          ? t('poll.state.withdrawn')
          : t(`poll.state.${poll.state === 'open' ? 'open' : 'over'}`, { time: dayAndTime(new Date(Date.parse(poll.closesAt) - 60_000).toISOString()), answered: poll.answered, asked: poll.asked })}
    </p>
  );
}

function OwnBallot({ meetingId, poll }: { meetingId: string; poll: Poll }) {
  const { queryKey } = queries.poll(meetingId);
  const answer = useMutation({
    mutationFn: ({ choices, version }: { choices: (PollChoice | null)[]; version: number }) => api.answerPoll(meetingId, { pollId: poll.id, choices }, version),
    onSuccess: (view) => {
      queryClient.setQueryData(queryKey, view);
      void queryClient.invalidateQueries({ queryKey: ['holds'] });
    },
    // What stands now is what the choice is about: until that is there, the press that was refused is not over.
    onError: (error) => (error instanceof ApiProblem && [409, 412].includes(error.status) ? queryClient.invalidateQueries({ queryKey }) : undefined),
  });
  return <Ballot key={poll.id} slots={poll.slots} own={poll.own} onSave={(choices, version) => answer.mutate({ choices, version })} onSettled={answer.reset} pending={answer.isPending} error={answer.error} />;
}
