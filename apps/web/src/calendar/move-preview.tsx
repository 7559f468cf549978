import { useTranslation } from 'react-i18next';
import type { Availability, MovePreview, Quorum } from '../api/types.js';
import { dayAndTime, fullSpan } from '../dates.js';
import { allOf } from '../i18n/order.js';
import { useQuorumWords } from '../people/reply-summary.js';
import { Icon, type IconName } from '../shell/icon.js';
import { personAndAuthority } from '../shell/people.js';

/** What is in the way first. */
const order = ['cannot', 'unknown', 'substitute', 'unsettled', 'can'] as const satisfies readonly Availability[];
const icons: Record<Availability, IconName> = { can: 'check', unsettled: 'time', substitute: 'reply', unknown: 'info', cannot: 'close' };

/** From when to when a meeting would be moved, and what that means for those who were invited. */
export function MovePreviewed({ preview }: { preview: MovePreview }) {
  const { t } = useTranslation();
  const { from, to, holiday, isKnown, people, quorum, guests } = preview;
  const groups = order.map((availability) => ({ availability, people: people.filter((one) => one.availability === availability) })).filter((group) => group.people.length > 0);
  return (
    <>
      <div role="status">
        <p className="calendar-from">{t('calendarMove.from', { time: fullSpan(from.startInstant, from.endInstant) })}</p>
        <p className="calendar-to">{t('calendarMove.to', { time: fullSpan(to.startInstant, to.endInstant) })}</p>
        {holiday && (
          <p>
            <Icon name="flag" /> {t('change.isHoliday', { holiday })}
          </p>
        )}
        {!isKnown && (
          <p>
            <Icon name="info" /> {t('calendarMove.unknown')}
          </p>
        )}
        {isKnown && <p>{t('calendarMove.summary', { who: allOf(groups.map(({ availability, people: { length } }) => t(`calendarMove.count.${availability}`, { count: length }))) })}</p>}
        {quorum && <QuorumThen quorum={quorum} />}
        {guests.map((guest) => (
          <p key={guest.membershipId}>
            <Icon name="warning" /> {t(guest.cover === 'none' ? 'calendarMove.guestNone' : 'calendarMove.guestPart', { guest: t('guest.named', { name: guest.name, organisation: guest.organisation }), from: dayAndTime(guest.from), to: dayAndTime(guest.to) })}
          </p>
        ))}
      </div>
      {isKnown && (
        <ul className="unstyled-list calendar-who" aria-label={t('calendarMove.who')}>
          {groups.map(({ availability, people: group }) => (
            <li key={availability}>
              <Icon name={icons[availability]} /> <strong>{t(`calendarMove.part.${availability}`)}:</strong>{' '}
              {group.map(({ person, substitute }) => (availability === 'substitute' && substitute ? t('calendarMove.sent', { person: personAndAuthority(person), substitute: substitute.name }) : personAndAuthority(person))).join('; ')}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Whether the meeting could decide then, as its kind asks. */
function QuorumThen({ quorum }: { quorum: Quorum }) {
  const { t } = useTranslation();
  const { missing, waiting } = useQuorumWords(quorum);
  return (
    <p>
      <Icon name={quorum.met ? 'check' : missing ? 'warning' : 'time'} /> {quorum.met ? t('calendarMove.quorate') : missing ? t('calendarMove.missing', { what: missing }) : t('calendarMove.waiting', { what: waiting })}
    </p>
  );
}
