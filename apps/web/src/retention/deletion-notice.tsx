import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import type { MeetingRetention } from '../api/types.js';
import { dateAt, plainDate } from '../dates.js';
import { Icon } from '../shell/icon.js';
import './retention.css';

/** At the head of a meeting whose content is announced to be deleted, or was. Says nothing of one that is only planned. */
export function DeletionNotice({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation();
  const retention = useQuery(queries.meetingRetention(meetingId));
  if (!retention.data?.deletion || retention.data.deletion.state === 'planned') return null;
  const { deletion } = retention.data;
  return (
    <p className="meeting-when deletion-notice">
      <Icon name={deletion.state === 'deleted' ? 'info' : 'warning'} />
      <span>
        {t(deletionText(retention.data), { date: plainDate(deletion.on) })} {deletion.state === 'announced' && <Link to={`/moeder/${meetingId}/referat#sletning`}>{t('retention.toPanel')}</Link>}
      </span>
    </p>
  );
}

/** An announced day that has passed, or is stopped by what the reader may know of, is no promise. */
export function deletionText({ deletion, holds }: MeetingRetention) {
  const { state, on } = deletion!;
  if (state !== 'announced') return `retention.${state}` as const;
  if (holds.some((hold) => hold.releasedAt === null)) return 'retention.stopped';
  return on < dateAt(new Date()) ? 'retention.announcedPast' : 'retention.announced';
}
