import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Item, Meeting, OpenEntry, OutlineEntry } from '../api/types.js';
import { dayAndTime, timeSpan } from '../dates.js';
import { EmbargoMark } from '../embargo/embargo-banner.js';
import { Icon } from '../shell/icon.js';

/** Two closed items of one level never start together, and nothing else of them is known. */
export const entryKey = (entry: OutlineEntry) => (entry.closed ? `closed ${entry.parentId ?? ''} ${entry.startInstant}` : entry.item.id);

/** “Lukket punkt, 13.20–13.40”: all that may be said, and not a link. */
export function ClosedText({ entry }: { entry: OutlineEntry & { closed: true } }) {
  const { t } = useTranslation();
  return (
    <span className="closed-item">
      <Icon name="lock" /> {t('agenda.closedItem', { time: timeSpan(entry.startInstant, entry.endInstant) })}
    </span>
  );
}

export function AgendaEntry({ meeting, entry }: { meeting: Meeting; entry: OpenEntry }) {
  const { t } = useTranslation();
  const { item } = entry;
  return (
    <>
      <p className="agenda-time">{entry.number !== null && timeSpan(entry.startInstant, entry.endInstant)}</p>
      <div className="agenda-what">
        <Link to={`/moeder/${meeting.id}/punkt/${item.id}`} className="row-title">
          {entry.number && `${entry.number}${item.parentId === null ? '.' : ''} `}
          {item.title ? <span lang="da">{item.title}</span> : t('item.untitled')}
        </Link>
        <p className="quiet">
          {t(`outputType.${item.outputType}`)} · {t('agenda.minutesShort', { minutes: item.plannedMinutes })}
          {item.ledBy && ` · ${t('agenda.ledBy', { who: item.ledBy })}`}
        </p>
        {item.audience.kind === 'restricted' && (
          <p className="restricted">
            <Icon name="lock" /> {t('agenda.restricted')}
          </p>
        )}
        <EmbargoMark embargoes={item.embargoes} />
        <ItemStateText item={item} />
        {item.changedSincePublished && item.state !== 'carried' && (
          <p className="restricted">
            <Icon name="sync" /> {t('agenda.changedSince')}
          </p>
        )}
      </div>
    </>
  );
}

/** What became of an item, where it went and where it came from, in words. */
export function ItemStateText({ item }: { item: Item }) {
  const { t } = useTranslation();
  const { carriedFrom, carriedTo, movedFrom, movedTo } = item;
  return (
    <>
      {item.state !== 'open' && (
        <p className="restricted">
          <Icon name={item.state === 'done' ? 'check' : 'info'} /> {t(`itemState.${item.state}`)}
          {(item.state === 'omitted' || item.state === 'moved') && item.change?.reason && `: ${item.change.reason}`}
        </p>
      )}
      {movedTo && (
        <p className="restricted">
          <Link to={`/moeder/${movedTo.meetingId}/punkt/${movedTo.itemId}`}>{t('track.movedTo', { time: dayAndTime(movedTo.startInstant) })}</Link>
        </p>
      )}
      {movedFrom && (
        <p className="restricted">
          <Link to={`/moeder/${movedFrom.meetingId}/punkt/${movedFrom.itemId}`}>{t('track.movedFrom', { time: dayAndTime(movedFrom.startInstant) })}</Link>
          {item.change?.kind === 'added' && item.change.reason && <span className="quiet"> {t('track.because', { reason: item.change.reason })}</span>}
        </p>
      )}
      {carriedTo && (
        <p className="restricted">
          <Link to={`/moeder/${carriedTo.meetingId}/punkt/${carriedTo.itemId}`}>{t('agenda.carriedTo', { time: dayAndTime(carriedTo.startInstant) })}</Link>
        </p>
      )}
      {carriedFrom && (
        <p className="restricted">
          <Link to={`/moeder/${carriedFrom.meetingId}/punkt/${carriedFrom.itemId}`}>{t('agenda.carriedFrom', { time: dayAndTime(carriedFrom.startInstant) })}</Link>
        </p>
      )}
    </>
  );
}
