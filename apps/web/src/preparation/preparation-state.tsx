import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import { Icon } from '../shell/icon.js';

/** What one's own authority still has to prepare for a meeting. Says nothing where nothing is asked. */
export function OwnPreparation({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation();
  const own = useQuery(queries.preparations()).data?.meetings.find((one) => one.meetingId === meetingId)?.own;
  if (own === undefined || own.asked === 0) return null;
  const missing = own.asked - own.answered;
  return (
    <p className="next-preparation">
      <Icon name={missing > 0 ? 'warning' : 'check'} /> {missing > 0 ? <Link to={`/moeder/${meetingId}`}>{t('preparation.missing', { count: missing })}</Link> : t('preparation.ready')}
    </p>
  );
}

/** As many authorities as stand in a row of the overview one by one. */
const few = 4;

/** How far each authority is, for whoever chases them. */
export function PreparationOfAll({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation();
  const sides = useQuery(queries.preparations()).data?.meetings.find((one) => one.meetingId === meetingId)?.sides ?? [];
  if (sides.length === 0) return null;
  return (
    <div>
      <dt>{t('preparation.overview')}</dt>
      <dd>
        {sides.length > few ? (
          t('preparation.authoritiesReady', { count: sides.filter((side) => side.answered === side.asked).length, all: sides.length })
        ) : (
          <ul className="preparation-counts unstyled-list">
            {sides.map(({ authority, asked, answered }) => (
              <li key={authority.id}>
                <Icon name={answered < asked ? 'time' : 'check'} /> {t('preparation.count', { authority: authority.name, answered, asked })}
              </li>
            ))}
          </ul>
        )}
      </dd>
    </div>
  );
}
