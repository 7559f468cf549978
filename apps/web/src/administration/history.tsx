import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import type { AdminEvent } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { MoreButton } from '../shell/more-button.js';
import { PageHeading } from '../shell/page-heading.js';
import { AdministrationFrame } from './administration-frame.js';
import { inWords, lastDayOf } from './labels.js';

export function HistoryPage() {
  const { t } = useTranslation();
  return (
    <AdministrationFrame>
      <PageHeading title={t('administration.historyTitle')} />
      <p>{t('administration.historyLead')}</p>
      <Events personId={null} />
    </AdministrationFrame>
  );
}

/** What was done about one person. */
export function History({ personId }: { personId: string }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="history">
      <h2 id="history" className="h3">
        {t('administration.history')}
      </h2>
      <Events personId={personId} />
    </section>
  );
}

function Events({ personId }: { personId: string | null }) {
  const { t } = useTranslation();
  const events = useInfiniteQuery(queries.adminEvents(personId));
  const list = events.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <Answer query={events} lines={4}>
      {() => (
        <>
          {list.length === 0 ? (
            <p className="quiet">{t('administration.noHistory')}</p>
          ) : (
            <ul className="unstyled-list no-max-width admin-events">
              {list.map((event) => (
                <EventRow key={event.id} event={event} isOfOne={personId !== null} />
              ))}
            </ul>
          )}
          <MoreButton query={events} />
        </>
      )}
    </Answer>
  );
}

function EventRow({ event, isOfOne }: { event: AdminEvent; isOfOne: boolean }) {
  const { t } = useTranslation();
  return (
    <li>
      <p>
        {t(`adminEvent.${event.kind}`)}
        {event.role !== null && `: ${t(`role.${event.role}`)}`}
        {event.key !== null && `: ${event.key}`}
        {event.until !== null && ` ${t('administration.untilDay', { day: inWords(lastDayOf(event.until)) })}`}
        {!isOfOne && event.person !== null && (
          <>
            {' · '}
            <Link to={`/administration/personer/${event.person.id}`} lang="da">
              {event.person.name}
            </Link>
          </>
        )}
      </p>
      <p className="quiet">
        <time dateTime={event.at}>{dayAndTime(event.at)}</time>
        {` · ${event.bySystem ? t('administration.bySystem', { system: event.by }) : event.by}`}
      </p>
    </li>
  );
}
