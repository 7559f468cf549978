import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import type { Meeting } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { hasNoTime } from './no-time.js';

/** That the time of a meeting is being asked for, and what is wanted of oneself; nothing where it is not. */
export function PollNotice({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const isAhead = ['draft', 'proposed', 'confirmed'].includes(meeting.state) && Date.parse(meeting.startInstant) > Date.now();
  const query = useQuery({ ...queries.poll(meeting.id), enabled: isAhead });
  const poll = isAhead ? query.data?.poll : null;
  const isAsked = poll != null && (poll.state === 'open' || poll.state === 'over');
  if (!isAsked && !(hasNoTime(meeting) && query.data)) return null;
  const wants = poll?.state === 'open' && poll.canAnswer && poll.slots.some((slot, n) => !slot.isPassed && poll.own?.choices[n] == null);
  return (
    <div className="alert alert-info meeting-notice">
      <p className="alert-heading">{t(!isAsked ? 'poll.noneNow' : hasNoTime(meeting) ? 'poll.noticeNew' : 'poll.notice')}</p>
      {isAsked && <p className="alert-text">{t(poll.state === 'open' ? 'poll.state.open' : 'poll.state.over', { time: dayAndTime(new Date(Date.parse(poll.closesAt) - 60_000).toISOString()), answered: poll.answered, asked: poll.asked })}</p>}
      <p className="alert-text">
        <Link className="button button-secondary" to={`/moeder/${meeting.id}/afstemning`}>
          {t(wants ? 'poll.goAnswer' : 'poll.goSee')}
        </Link>
      </p>
    </div>
  );
}
