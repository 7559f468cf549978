import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useMatch, useOutletContext, useParams } from 'react-router';
import { queries } from '../api/queries.js';
import type { Meeting } from '../api/types.js';
import { fullSpan } from '../dates.js';
import { MeetingDocuments } from '../documents/meeting-documents.js';
import { DeletionNotice } from '../retention/deletion-notice.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { PageHeading } from '../shell/page-heading.js';
import { VideoLink } from '../shell/video-link.js';
import { hasNoTime } from '../polls/no-time.js';
import { PollNotice } from '../polls/poll-notice.js';
import { MeetingTabs } from '../minutes/meeting-tabs.js';
import { MeetingChanges } from './meeting-changes.js';
import { MeetingMail } from './meeting-mail.js';
import { Stepper } from './stepper.js';
import './meeting.css';

export function MeetingPage() {
  const { meetingId = '' } = useParams();
  const meeting = useQuery(queries.meeting(meetingId));
  return (
    <Answer query={meeting} lines={10} wholePage>
      {(data) => <MeetingView meeting={data} />}
    </Answer>
  );
}

/** The meeting, for what is shown within its page. */
export const useMeeting = () => useOutletContext<Meeting>();

function MeetingView({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const atItem = useMatch('/moeder/:meetingId/punkt/:itemId') !== null;
  // A substitute takes part in this meeting only.
  const inSeries = meeting.seriesId !== null && !meeting.isSubstitute;
  return (
    <>
      <div className="meeting-head">
        {(inSeries || meeting.title !== meeting.kindTitle) && (
          <p className="over-heading">
            {meeting.title !== meeting.kindTitle && `${meeting.kindTitle} `}
            {inSeries && <Link to={`/serier/${meeting.seriesId}`}>{t('meeting.toSeries')}</Link>}
          </p>
        )}
        <PageHeading title={meeting.title} lang="da" takesFocus={!atItem} />
        <p className="meeting-when">
          <Icon name="calendar" /> {hasNoTime(meeting) ? t('poll.noTime') : fullSpan(meeting.startInstant, meeting.endInstant)}
        </p>
        {meeting.place && (
          <p className="meeting-when">
            <Icon name="location" /> {meeting.place}
          </p>
        )}
        {meeting.videoLink && (
          <p className="meeting-when">
            <VideoLink href={meeting.videoLink} />
          </p>
        )}
        {meeting.state !== 'cancelled' && <Stepper meeting={meeting} />}
        {meeting.minutesState === 'approved' && <DeletionNotice meetingId={meeting.id} />}
        <PollNotice meeting={meeting} />
        <MeetingMail meeting={meeting} />
        <MeetingChanges meeting={meeting} commands={!atItem} />
        {!atItem && <MeetingDocuments meeting={meeting} />}
      </div>
      {!atItem && <MeetingTabs meetingId={meeting.id} />}
      <Outlet context={meeting} />
    </>
  );
}
