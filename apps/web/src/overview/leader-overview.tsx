import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { Insight } from '../api/types.js';
import { monthAndYear, percent } from '../dates.js';
import { DecisionRows } from '../decisions/decision-rows.js';
import { addressOf } from '../decisions/filters.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import './overview.css';

const shownDecisions = 10;

/** A leader's own: what waits for her, what was handed to her first. */
export function LeaderDecisions() {
  const { t } = useTranslation();
  const own = useSession().acting.authority;
  const waiting = useInfiniteQuery(queries.decisions({ waiting: 'true', sort: 'deadline', limit: shownDecisions }));
  return (
    <section aria-labelledby="waiting-decisions">
      <h2 id="waiting-decisions" className="h3">
        {t('overview.waiting')}
      </h2>
      <Answer query={waiting} lines={4}>
        {({ pages }) => {
          const list = pages[0]?.decisions ?? [];
          if (list.length === 0) return <p className="empty">{t('overview.nothingWaiting', { authority: own.name })}</p>;
          return (
            <>
              <DecisionRows decisions={list} />
              {pages[0]?.nextCursor && (
                <p>
                  <Link to={addressOf({ waiting: 'true', sort: 'deadline' })}>{t('overview.allWaiting')}</Link>
                </p>
              )}
            </>
          );
        }}
      </Answer>
    </section>
  );
}

/** What is late, by authority, and how it goes over twelve months: each picture with its definition and its numbers. */
export function LeaderInsight() {
  const { t } = useTranslation();
  const { authority } = useSession().acting;
  const insight = useQuery(queries.insight());
  return (
    <Answer query={insight} lines={6}>
      {(data) => (
        <>
          <section aria-labelledby="overdue-heading">
            <h2 id="overdue-heading" className="h3">
              {t('insight.overdue')}
            </h2>
            <Overdue insight={data} />
          </section>
          <section aria-labelledby="indicators-heading">
            <h2 id="indicators-heading" className="h3">
              {t('insight.heading', { authority: authority.name })}
            </h2>
            <div className="indicators">
              {data.indicators.map((one) => (
                <IndicatorCard key={one.id} indicator={one} />
              ))}
            </div>
          </section>
        </>
      )}
    </Answer>
  );
}

function Overdue({ insight }: { insight: Insight }) {
  const { t } = useTranslation();
  if (insight.overdue.length === 0 && insight.overdueFollowUps === 0) return <p className="empty">{t('insight.nothingOverdue')}</p>;
  return (
    <ul className="unstyled-list overdue-list">
      {insight.overdue.map(({ authority, decisions }) => (
        <li key={authority.id}>
          <Icon name="warning" />{' '}
          <Link to={addressOf({ overdue: 'true', authorityId: authority.id, sort: 'deadline' })}>{t('insight.decisions', { count: decisions, authority: authority.name })}</Link>
        </li>
      ))}
      {insight.overdueFollowUps > 0 && (
        <li>
          <Icon name="warning" /> <Link to="/opfoelgning">{t('insight.followUps', { count: insight.overdueFollowUps })}</Link>
        </li>
      )}
    </ul>
  );
}

type Indicator = Insight['indicators'][number];

function IndicatorCard({ indicator }: { indicator: Indicator }) {
  const { t } = useTranslation();
  const { id, total, reached, months } = indicator;
  return (
    <article className="indicator" aria-labelledby={`indicator-${id}`}>
      <h3 id={`indicator-${id}`} className="h4">
        {t(`insight.${id}.title`)}
      </h3>
      <p>
        {total === 0 ? (
          <span className="quiet">{t('insight.none')}</span>
        ) : reached === null ? (
          <span className="quiet">{t('insight.tooFew', { count: total })}</span>
        ) : (
          <>
            <strong className="indicator-rate">{percent(reached / total)}</strong> <span className="quiet">{t('insight.of', { reached, total })}</span>
          </>
        )}
      </p>
      {months.some((one) => one.reached !== null) && <Trend months={months} />}
      <p className="quiet indicator-definition">{t(`insight.${id}.definition`)}</p>
      {total > 0 && (
        <details>
          <summary>{t('insight.numbers')}</summary>
          <table className="table table-compact">
            <caption className="sr-only">{t(`insight.${id}.title`)}</caption>
            <thead>
              <tr>
                <th scope="col">{t('insight.month')}</th>
                <th scope="col">{t('insight.total')}</th>
                <th scope="col">{t('insight.reached')}</th>
                <th scope="col">{t('insight.share')}</th>
              </tr>
            </thead>
            <tbody>
              {months.map((one) => (
                <tr key={one.month}>
                  <th scope="row">{monthAndYear(one.month)}</th>
                  <td>{one.total}</td>
                  <td>{one.reached ?? '–'}</td>
                  <td>{one.reached === null ? '–' : percent(one.reached / one.total)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </article>
  );
}

const width = 240;
const height = 56;

/** Twelve bars on a line; a month without a rate is a dot on it. The table below says the same to everybody. */
function Trend({ months }: Pick<Indicator, 'months'>) {
  const step = width / months.length;
  return (
    <svg className="trend" viewBox={`0 0 ${width} ${height + 2}`} aria-hidden="true" focusable="false">
      <line x1="0" x2={width} y1={height + 1} y2={height + 1} />
      {months.map(({ month, total, reached }, n) => {
        const middle = n * step + step / 2;
        if (reached === null) return <circle key={month} cx={middle} cy={height - 3} r="1.5" />;
        const tall = Math.max(2, (reached / total) * height);
        return <rect key={month} x={n * step + 3} y={height - tall} width={step - 6} height={tall} rx="2" />;
      })}
    </svg>
  );
}
