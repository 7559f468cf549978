import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { Answer } from '../shell/answer.js';
import { PageHeading } from '../shell/page-heading.js';

export function SeriesListPage() {
  const { t } = useTranslation();
  const coordinates = useSession().acting.role === 'coordinator';
  const list = useQuery(queries.seriesList());
  return (
    <>
      <div className="heading-line">
        <PageHeading title={t('series.listTitle')} />
        {coordinates && (
          <p className="button-line">
            <Link to="/serier/ny" className="button button-primary">
              {t('series.new')}
            </Link>
            <Link to="/aarsplan" className="button button-secondary">
              {t('yearPlan.title')}
            </Link>
          </p>
        )}
      </div>
      <Answer query={list} lines={6}>
        {({ series }) =>
          series.length === 0 ? (
            <p className="empty">{t(coordinates ? 'series.emptyCoordinator' : 'series.empty')}</p>
          ) : (
            <ul className="rows unstyled-list no-max-width">
              {series.map(({ id, title, ruleInWords, authorities }) => (
                <li key={id} className="row-item row-item-stacked">
                  <Link to={`/serier/${id}`} className="row-title" lang="da">
                    {title}
                  </Link>
                  <span>{ruleInWords}</span>
                  <span className="quiet">{authorities.map(({ name }) => name).join(', ')}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </>
  );
}
