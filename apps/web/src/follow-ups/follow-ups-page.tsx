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

type Whose = 'mine' | 'unit' | 'authority';
/** As the address says it. */
const words = { mine: 'mine', unit: 'enhed', authority: 'alle' } as const;

/** “Opfølgning”: mine, my unit’s, and for leaders everybody’s in the authority; the most urgent first. */
export function FollowUpsPage() {
  const { t } = useTranslation();
  const { acting, unitTitle } = useSession();
  const { role, authority } = acting;
  const [search, setSearch] = useSearchParams();
  const offered: Whose[] = [...(role === 'leader' ? (['authority'] as const) : []), ...(unitTitle === '' ? [] : (['unit'] as const)), 'mine'];
  // A leader comes to see what all have promised, everybody else to see what she has.
  const usual = role === 'leader' ? 'authority' : 'mine';
  const whose = offered.find((one) => words[one] === search.get('hvis')) ?? usual;
  const isClosed = search.get('vis') === 'afsluttede';
  const followUps = useInfiniteQuery(queries.followUps({ scope: whose, open: isClosed ? 'false' : 'true', limit: pageSize }));
  const show = (who: Whose, closed: boolean) => setSearch({ ...(who === usual ? {} : { hvis: words[who] }), ...(closed ? { vis: 'afsluttede' } : {}) }, { replace: true });
  const named = { authority: authority.name, unit: unitTitle };
  const none = { mine: 'followUp.noneMine', unit: 'followUp.noneUnit', authority: 'followUp.noneAuthority' } as const;
  const label = { mine: 'followUp.mine', unit: 'followUp.unit', authority: 'followUp.authority' } as const;
  const empty = isClosed ? t('followUp.noneClosed') : t(none[whose], named);
  return (
    <>
      <PageHeading title={t('followUp.title')} />
      <div className="follow-up-filters">
        {offered.length > 1 && (
          <div className="segments" role="group" aria-label={t('followUp.scope')}>
            {offered.map((value) => (
              <button key={value} type="button" aria-pressed={whose === value} onClick={() => show(value, isClosed)}>
                {t(label[value], named)}
              </button>
            ))}
          </div>
        )}
        <div className="segments" role="group" aria-label={t('followUp.which')}>
          {[false, true].map((value) => (
            <button key={String(value)} type="button" aria-pressed={isClosed === value} onClick={() => show(whose, value)}>
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
