import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import type { Notification, NotificationKind } from '../api/types.js';
import { day, dayAndTime, time } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Icon, type IconName } from '../shell/icon.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { NotificationChoices } from './notification-choices.js';
import './notifications.css';

const icons: Record<NotificationKind, IconName> = {
  meetingInvited: 'calendar',
  seriesInvited: 'calendar',
  meetingMoved: 'time',
  meetingCancelled: 'close',
  meetingRestored: 'calendar',
  seriesMoved: 'time',
  seriesCancelled: 'close',
  seriesChanged: 'calendar',
  agendaPublished: 'bullets',
  substituteNamed: 'reply',
  seriesSubstituteNamed: 'reply',
  seriesSubstituteEnded: 'close',
  participantLeft: 'warning',
  itemOpened: 'lock',
  guestLocked: 'lock',
  cprFound: 'warning',
  decisionResponsible: 'check',
  decisionToConfirm: 'check',
  decisionReturned: 'reply',
  decisionEscalated: 'reply',
  followUpOwner: 'flag',
  followUpDue: 'time',
  followUpOverdue: 'warning',
  minutesSent: 'check',
  minutesChangeAsked: 'reply',
  minutesResent: 'check',
  minutesReminded: 'time',
  minutesWithdrawn: 'close',
  minutesApproved: 'check',
  embargoSet: 'lock',
  embargoReviewDue: 'warning',
  embargoLifted: 'check',
  filingMissing: 'time',
  deletionAnnounced: 'warning',
  itemProposed: 'bullets',
  proposalAccepted: 'check',
  proposalDeclined: 'reply',
  calendarLinkMade: 'warning',
};

/** Answered, sent again, filed and stopped on the page of the minutes, whichever item they are about. */
const minutesKinds: readonly NotificationKind[] = ['minutesSent', 'minutesChangeAsked', 'minutesResent', 'minutesReminded', 'minutesWithdrawn', 'minutesApproved', 'filingMissing', 'deletionAnnounced'];

const changed = () => queryClient.invalidateQueries({ queryKey: ['notifications'] });

/** “Beskeder”: what happened that concerns me, by day, of what I may still see. */
export function NotificationsPage() {
  const { t } = useTranslation();
  const notifications = useQuery(queries.notifications());
  const mark = useMutation({ mutationFn: api.markNotifications, onSuccess: changed });
  const markAll = useMutation({ mutationFn: api.markAllNotifications, onSuccess: changed });
  return (
    <div className="narrow">
      <PageHeading title={t('notifications.title')} />
      {(mark.error ?? markAll.error) && <ProblemNotice error={mark.error ?? markAll.error} />}
      <Answer query={notifications} lines={8}>
        {({ notifications: list }) => {
          const unread = list.filter((one) => !one.read).length;
          if (list.length === 0) return <p className="empty">{t('notifications.none')}</p>;
          return (
            <>
              <p className="button-line">
                <span role="status">{unread > 0 ? t('notifications.unread', { count: unread }) : t('notifications.allRead')}</span>
                {unread > 0 && (
                  <button type="button" className="button button-secondary" aria-disabled={markAll.isPending} onClick={() => !markAll.isPending && markAll.mutate()}>
                    {t('notifications.markAll')}
                  </button>
                )}
              </p>
              {byDay(list).map(({ heading, entries }) => (
                <section key={heading} aria-label={heading}>
                  <h2 className="h4 notification-day">{heading}</h2>
                  <ul className="rows unstyled-list no-max-width">
                    {entries.map((one) => (
                      <Row key={one.id} notification={one} onMark={(read) => mark.mutate({ ids: [one.id], read })} />
                    ))}
                  </ul>
                </section>
              ))}
            </>
          );
        }}
      </Answer>
      <NotificationChoices />
    </div>
  );
}

function Row({ notification, onMark }: { notification: Notification; onMark: (read: boolean) => void }) {
  const { t } = useTranslation();
  const { kind, read, meeting, about } = notification;
  const what = t(`notifications.said.${kind}`);
  const where = about ?? meeting?.title ?? '';
  return (
    <li className={read ? 'row-item notification' : 'row-item notification notification-new'}>
      <div>
        <p>
          <Icon name={icons[kind]} /> {what}
          {!read && <span className="badge badge-info notification-badge">{t('notifications.new')}</span>}
        </p>
        {kind === 'calendarLinkMade' && (
          <p>
            {t('notifications.notYou')}{' '}
            <Link to="/mine-sessioner" onClick={() => !read && onMark(true)}>
              {t('sessions.title')}
            </Link>
          </p>
        )}
        {meeting !== null && (
          <p>
            <Link to={placeOf(notification, meeting.id)} className="row-title" lang="da" onClick={() => !read && onMark(true)}>
              {where || t('item.untitled')}
            </Link>
          </p>
        )}
        <p className="quiet">
          {meeting !== null && (
            <>
              {about !== null && <span lang="da">{`${meeting.title}, `}</span>}
              {dayAndTime(meeting.startInstant)} ·{' '}
            </>
          )}
          {t('notifications.at', { time: time(notification.at) })}
        </p>
      </div>
      <button type="button" className="link-button" onClick={() => onMark(!read)}>
        {t(read ? 'notifications.markUnread' : 'notifications.markRead')}
        <span className="sr-only">
          : {what} {where}
        </span>
      </button>
    </li>
  );
}

/** Where a notification leads its reader. */
function placeOf({ kind, decisionId, followUpId, itemId }: Notification, meetingId: string | null): string {
  if (followUpId !== null) return '/opfoelgning';
  if (decisionId !== null) return `/beslutninger/${decisionId}`;
  if (minutesKinds.includes(kind)) return `/moeder/${meetingId}/referat`;
  return itemId === null ? `/moeder/${meetingId}` : `/moeder/${meetingId}/punkt/${itemId}`;
}

/** In the order given, under the Danish day each came on. */
function byDay(list: readonly Notification[]): { heading: string; entries: Notification[] }[] {
  const days: { heading: string; entries: Notification[] }[] = [];
  for (const one of list) {
    const heading = day(one.at);
    const last = days.at(-1);
    if (last?.heading === heading) last.entries.push(one);
    else days.push({ heading, entries: [one] });
  }
  return days;
}
