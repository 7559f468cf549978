import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';
import { queries } from '../api/queries.js';
import type { Series } from '../api/types.js';
import { dayAndTime, fullSpan, plainDate } from '../dates.js';
import { VideoLink } from '../shell/video-link.js';
import { StateBadge } from '../meetings/state-badge.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { PageHeading } from '../shell/page-heading.js';
import { PeopleByAuthority } from '../shell/people.js';
import { HolidayNote } from './holiday-note.js';
import { SeriesSubstitute } from './series-substitute.js';
import './series.css';

export function SeriesPage() {
  const { seriesId = '' } = useParams();
  const series = useQuery(queries.series(seriesId));
  return (
    <Answer query={series} lines={8} wholePage>
      {(data) => <SeriesView series={data} />}
    </Answer>
  );
}

function SeriesView({ series }: { series: Series }) {
  const { t } = useTranslation();
  const changed = (useLocation().state as { changed?: boolean } | null)?.changed === true;
  return (
    <>
      {series.title !== series.kindTitle && <p className="over-heading">{series.kindTitle}</p>}
      <PageHeading lang="da" title={series.title} />
      <p className="font-lead">{series.ruleInWords}</p>
      {series.formerTitles.map(({ title, until, changedBy }) => (
        <p key={until} className="quiet">
          {t('series.formerTitle')} <span lang="da">{title}</span> ({t('series.renamed', { when: dayAndTime(until), name: changedBy })})
        </p>
      ))}
      {series.notes.map((note) => (
        <p key={note} className="preview-note">
          <Icon name="info" /> {note}
        </p>
      ))}
      <dl className="facts">
        <div>
          <dt>{t('series.authorities')}</dt>
          <dd>{series.authorities.map(({ name }) => name).join(', ')}</dd>
        </div>
        {series.place && (
          <div>
            <dt>{t('series.place')}</dt>
            <dd>{series.place}</dd>
          </div>
        )}
        {series.videoLink && (
          <div>
            <dt>{t('series.videoLink')}</dt>
            <dd>
              <VideoLink href={series.videoLink} />
            </dd>
          </div>
        )}
        <div>
          <dt>{t('series.holidays')}</dt>
          <dd>{t(`series.policy.${series.holidayPolicy}`)}</dd>
        </div>
        {series.lastDate && (
          <div>
            <dt>{t('series.endsOn')}</dt>
            <dd>{t('series.endsWith', { date: plainDate(series.lastDate) })}</dd>
          </div>
        )}
        <div>
          <dt>{t('series.owner')}</dt>
          <dd>{series.owner.name}</dd>
        </div>
      </dl>
      <p role="status" className={changed ? 'change-done' : 'sr-only'}>
        {changed && t('series.changed')}
      </p>
      {series.canCoordinate && (
        <p>
          <Link to={`/serier/${series.id}/ret`} className="button button-secondary">
            <Icon name="calendar" /> {t('series.change')}
          </Link>
        </p>
      )}
      <div className="two-columns">
        <section aria-labelledby="next-heading">
          <h2 id="next-heading" className="h3">
            {t('series.next')}
          </h2>
          {series.occurrences.length === 0 ? (
            <p className="quiet">{t('series.ended')}</p>
          ) : (
            <ol className="rows unstyled-list no-max-width">
              {series.occurrences.map((one) => {
                const span = fullSpan(one.startInstant, one.endInstant);
                return (
                  <li key={one.recurrenceId} className="row-item">
                    <div>
                      {one.meetingId ? <Link to={`/moeder/${one.meetingId}`}>{span}</Link> : one.outcome === 'skipped' ? <s>{span}</s> : <span>{span}</span>}
                      <HolidayNote one={one} />
                    </div>
                    {one.state && <StateBadge state={one.state} />}
                  </li>
                );
              })}
            </ol>
          )}
        </section>
        <section aria-labelledby="participants-heading">
          <h2 id="participants-heading" className="h3">
            {t('series.participants')}
          </h2>
          <PeopleByAuthority people={series.participants} order={series.authorities} />
          <SeriesSubstitute series={series} />
        </section>
      </div>
    </>
  );
}
