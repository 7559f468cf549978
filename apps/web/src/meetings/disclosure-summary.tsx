import { useTranslation } from 'react-i18next';
import type { DisclosureView } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { EmbargoMark } from '../embargo/embargo-banner.js';
import { Icon } from '../shell/icon.js';
import { personAndAuthority } from '../shell/people.js';

/** How many meetings are told one by one; those of a series are much alike. */
const told = 3;

/** Exactly what becomes visible, to whom, before it does. */
export function DisclosureSummary({ view, nobody }: { view: DisclosureView; nobody?: string }) {
  const { t } = useTranslation();
  if (view.people.length === 0) return <p className="quiet">{nobody ?? t('disclosure.nobody')}</p>;
  const names = (ids: readonly string[]) => view.people.filter((one) => ids.includes(one.membershipId)).map(personAndAuthority).join('; ');
  const all = view.people.map((one) => one.membershipId);
  return (
    <div className="disclosure-summary">
      <p>
        <strong>{t('disclosure.heading')}</strong> {t('disclosure.for', { people: names(all) })}
      </p>
      {view.meetings.slice(0, told).map((meeting) => (
        <div key={meeting.id}>
          <p className="disclosure-meeting">
            <span lang="da">{meeting.title}</span>, {dayAndTime(meeting.startInstant)}
          </p>
          <ul>
            {meeting.joins && <li>{t('disclosure.joins')}</li>}
            {meeting.joinsAsGuest && <li>{t('disclosure.joinsAsGuest')}</li>}
            {meeting.items.map((item) => {
              const records = [item.decisions > 0 && t('disclosure.decisions', { count: item.decisions }), item.followUps > 0 && t('disclosure.followUps', { count: item.followUps })].filter(Boolean);
              return (
                <li key={item.itemId}>
                  <span lang="da">{item.title || t('item.untitled')}</span>
                  {item.legalBasis && <span className="quiet"> · {item.legalBasis.label}</span>}
                  {records.length > 0 && <span className="quiet"> · {records.join(', ')}</span>}
                  {item.toMembershipIds.length < all.length && <span className="quiet"> · {t('disclosure.for', { people: names(item.toMembershipIds) })}</span>}
                  <EmbargoMark embargoes={item.embargoes} />
                </li>
              );
            })}
            {meeting.hasMinutes && <li>{t('disclosure.minutes')}</li>}
          </ul>
          {meeting.closedItems > 0 && (
            <p className="quiet">
              <Icon name="lock" /> {t('disclosure.closed')}
            </p>
          )}
        </div>
      ))}
      {view.meetings.length > told && <p className="quiet">{t('disclosure.moreMeetings', { count: view.meetings.length - told })}</p>}
      <p className="quiet">
        {[t('disclosure.items', { count: view.counts.items }), t('disclosure.decisions', { count: view.counts.decisions }), t('disclosure.followUps', { count: view.counts.followUps })].join(' · ')}
      </p>
    </div>
  );
}
