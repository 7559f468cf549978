import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queries } from '../api/queries.js';
import type { Minutes, MinutesState } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { useMeeting } from '../meetings/meeting-page.js';
import { Answer } from '../shell/answer.js';
import { Icon, type IconName } from '../shell/icon.js';
import { RetentionPanel } from '../retention/retention-panel.js';
import { ApprovalPanel } from './approval-panel.js';
import { MinutesDocument } from './minutes-document.js';
import { MinutesTimeline } from './minutes-timeline.js';
import { PartActions } from './part-actions.js';
import './minutes.css';

const looks: Record<MinutesState, { tone: string; icon: IconName }> = {
  draft: { tone: 'badge-plain', icon: 'time' },
  forApproval: { tone: 'badge-warning', icon: 'sync' },
  approved: { tone: 'badge-success', icon: 'check' },
};

/** The minutes of a meeting to be read, approved and printed. */
export function MinutesPage() {
  const meeting = useMeeting();
  const minutes = useQuery(queries.minutes(meeting.id));
  const document = useQuery(queries.minutesDocument(meeting.id));
  return (
    <Answer query={minutes} lines={6}>
      {(view) => (
        <div className="minutes-columns">
          <div>
            <MinutesStatus minutes={view} />
            <Answer query={document} lines={12}>
              {(data) => (
                <MinutesDocument
                  document={data}
                  under={(itemId) => {
                    const part = view.parts.find((one) => one.itemId === itemId);
                    return part && <PartActions meetingId={meeting.id} part={part} />;
                  }}
                />
              )}
            </Answer>
          </div>
          <div className="minutes-side">
            {/* What is approved is what is on the screen: not while it is being fetched anew. */}
            <ApprovalPanel minutes={view} isStale={document.isFetching || minutes.isFetching} />
            {view.state === 'approved' && <RetentionPanel meeting={meeting} />}
            <MinutesTimeline minutes={view} />
          </div>
        </div>
      )}
    </Answer>
  );
}

function MinutesStatus({ minutes }: { minutes: Minutes }) {
  const { t } = useTranslation();
  const { tone, icon } = looks[minutes.state];
  return (
    <div className="minutes-status">
      <p role="status">
        <span className={`badge ${tone}`}>
          <Icon name={icon} /> {t(`minutesState.${minutes.state}`)}
        </span>{' '}
        {minutes.approvedAt && <span className="quiet">{dayAndTime(minutes.approvedAt)}</span>}
      </p>
      <button type="button" className="button button-secondary" onClick={() => window.print()}>
        {t('minutes.print')}
      </button>
    </div>
  );
}
