import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Meeting, OutlineEntry } from '../api/types.js';
import { timeSpan } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { MeetingPeople } from '../people/meeting-people.js';
import { OwnReply } from '../people/own-reply.js';
import { CarriedFollowUps } from '../follow-ups/follow-up-list.js';
import { AddItem } from './add-item.js';
import { useMeeting } from './meeting-page.js';

export function AgendaOverview() {
  const { t } = useTranslation();
  const meeting = useMeeting();
  return (
    <>
      <OwnReply meeting={meeting} />
      <div className="two-columns">
        <section aria-labelledby="agenda-overview-heading">
          <h2 id="agenda-overview-heading" className="h3">
            {t('agenda.heading')}
          </h2>
          <CarriedFollowUps meetingId={meeting.id} />
          {meeting.outline.length === 0 && <p className="empty">{t(meeting.canCoordinate ? 'agenda.emptyCoordinator' : 'agenda.empty')}</p>}
          <ol className="agenda unstyled-list no-max-width">
            {meeting.outline.map((entry) => (
              <li key={entryKey(entry)} className="agenda-entry">
                {entry.closed ? <ClosedText entry={entry} /> : <AgendaEntry meeting={meeting} entry={entry} />}
              </li>
            ))}
          </ol>
          {meeting.canCoordinate && <AddItem meeting={meeting} />}
        </section>
        <section aria-labelledby="participants-heading">
          <h2 id="participants-heading" className="h3">
            {t('meeting.participants')}
          </h2>
          <MeetingPeople meeting={meeting} />
        </section>
      </div>
    </>
  );
}

/** Two closed items never start together, and nothing else of them is known. */
export const entryKey = (entry: OutlineEntry) => (entry.closed ? `closed ${entry.startInstant}` : entry.item.id);

/** “Lukket punkt, 13.20–13.40”: all that may be said, and not a link. */
export function ClosedText({ entry }: { entry: OutlineEntry & { closed: true } }) {
  const { t } = useTranslation();
  return (
    <span className="closed-item">
      <Icon name="lock" /> {t('agenda.closedItem', { time: timeSpan(entry.startInstant, entry.endInstant) })}
    </span>
  );
}

function AgendaEntry({ meeting, entry }: { meeting: Meeting; entry: OutlineEntry & { closed: false } }) {
  const { t } = useTranslation();
  const { item } = entry;
  return (
    <>
      <p className="agenda-time">{timeSpan(entry.startInstant, entry.endInstant)}</p>
      <div>
        <Link to={`/moeder/${meeting.id}/punkt/${item.id}`} className="row-title">
          {entry.number}. {item.title ? <span lang="da">{item.title}</span> : t('item.untitled')}
        </Link>
        <p className="quiet">
          {t(`outputType.${item.outputType}`)}
          {item.ledBy && ` · ${t('agenda.ledBy', { who: item.ledBy })}`}
        </p>
        {item.audience.kind === 'restricted' && (
          <p className="restricted">
            <Icon name="lock" /> {t('agenda.restricted')}
          </p>
        )}
      </div>
    </>
  );
}
