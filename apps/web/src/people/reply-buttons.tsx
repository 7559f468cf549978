import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import type { MeetingSummary, Reply } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import './people.css';

/** One's own answer to a meeting; what the server answers is shown at once, wherever the meeting stands. */
export function useReply(meetingId: string) {
  return useMutation({
    mutationFn: (reply: Reply) => api.reply(meetingId, reply),
    onSuccess: (meeting) => {
      queryClient.setQueryData(queries.meeting(meetingId).queryKey, meeting);
      return queryClient.invalidateQueries({ queryKey: ['meetings'] });
    },
  });
}

const choices = ['accepted', 'tentative', 'declined'] as const;

/** Comes, perhaps, does not come: one press each. */
export function ReplyButtons({ meeting }: { meeting: Pick<MeetingSummary, 'id' | 'title' | 'startInstant' | 'ownReply'> }) {
  const { t } = useTranslation();
  const reply = useReply(meeting.id);
  // The pressed button answers at once; should the server refuse, the former answer is shown again.
  const shown = reply.isPending ? reply.variables.partStat : meeting.ownReply;
  return (
    <div>
      <div className="segments reply-buttons" role="group" aria-label={t('reply.toMeeting', { title: meeting.title, when: dayAndTime(meeting.startInstant) })}>
        {choices.map((partStat) => (
          <button key={partStat} type="button" aria-pressed={shown === partStat} onClick={() => !reply.isPending && shown !== partStat && reply.mutate({ partStat })}>
            {shown === partStat && <Icon name="check" />} {t(`partStat.${partStat}`)}
          </button>
        ))}
      </div>
      {reply.error && <ProblemNotice error={reply.error} />}
    </div>
  );
}

/** The answer within a list of meetings. A substitute is sent and called back on the page of the meeting. */
export function RowReply({ meeting }: { meeting: MeetingSummary }) {
  const { t } = useTranslation();
  if (!meeting.canReply) return null;
  if (meeting.ownReply === 'delegated') return <p className="reply-row">{t('reply.sentSubstitute')}</p>;
  return (
    <div className="reply-row">
      {meeting.ownReply === 'needsAction' && (
        <p className="reply-needed">
          <Icon name="reply" /> {t('reply.needed')}
        </p>
      )}
      {meeting.isSubstitute && <p className="quiet">{t('reply.isSubstituteShort')}</p>}
      <ReplyButtons meeting={meeting} />
    </div>
  );
}
