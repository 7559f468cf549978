import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { queries } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { Answer } from '../shell/answer.js';
import { MoreButton } from '../shell/more-button.js';
import { PageHeading } from '../shell/page-heading.js';
import { FollowUpList } from './follow-up-list.js';

const pageSize = 50;

/** “Opfølgning”: mine, and for leaders everybody’s in the authority; the most urgent first. */
export function FollowUpsPage() {
  const { t } = useTranslation();
  const { role, authority } = useSession().acting;
  const [search, setSearch] = useSearchParams();
  const isUnit = role === 'leader' && search.get('hvis') !== 'mine';
  const isClosed = search.get('vis') === 'afsluttede';
  const followUps = useInfiniteQuery(queries.followUps({ scope: isUnit ? 'unit' : 'mine', open: isClosed ? 'false' : 'true', limit: pageSize }));
  const show = (whose: boolean, closed: boolean) => setSearch({ ...(role === 'leader' && !whose ? { hvis: 'mine' } : {}), ...(closed ? { vis: 'afsluttede' } : {}) }, { replace: true });
  const empty = isClosed ? t('followUp.noneClosed') : t(isUnit ? 'followUp.noneUnit' : 'followUp.noneMine', { authority: authority.name });
  return (
    <>
      <PageHeading title={t('followUp.title')} />
      <div className="follow-up-filters">
        {role === 'leader' && (
          <div className="segments" role="group" aria-label={t('followUp.scope')}>
            {[true, false].map((value) => (
              <button key={String(value)} type="button" aria-pressed={isUnit === value} onClick={() => show(value, isClosed)}>
                {value ? t('followUp.unit', { authority: authority.name }) : t('followUp.mine')}
              </button>
            ))}
          </div>
        )}
        <div className="segments" role="group" aria-label={t('followUp.which')}>
          {[false, true].map((value) => (
            <button key={String(value)} type="button" aria-pressed={isClosed === value} onClick={() => show(isUnit, value)}>
              {t(value ? 'followUp.closed' : 'followUp.open')}
            </button>
          ))}
        </div>
      </div>
      <section aria-label={t(isClosed ? 'followUp.closed' : 'followUp.open')}>
        <Answer query={followUps} lines={8}>
          {({ pages }) => {
            const all = pages.flatMap((page) => page.followUps);
            if (all.length === 0) return <p className="empty">{empty}</p>;
            return (
              <>
                <FollowUpList followUps={all} />
                <MoreButton query={followUps} />
              </>
            );
          }}
        </Answer>
      </section>
    </>
  );
}
