import { useTranslation } from 'react-i18next';
import type { Availability, FoundTime, TimesFound } from '../api/types.js';
import { dayAndMonth, fullSpan, localTime, weekdayNames } from '../dates.js';
import { anyOf } from '../i18n/order.js';
import { Icon, type IconName } from '../shell/icon.js';

interface FoundTimesProps {
  found: TimesFound;
  onChoose: (time: FoundTime) => void;
}

/** As many as one weighs against each other; the others are a press away. */
const shownAtFirst = 7;

/** The times in order of how well they suit, each with why; and when there is none, what would have to give. */
export function FoundTimes({ found, onChoose }: FoundTimesProps) {
  const { t } = useTranslation();
  const times = found.times.length > 0 ? found.times : found.relaxations.map(({ time }) => time);
  if (times.length === 0) return <p className="find-time-none">{t('findTime.nothing')}</p>;
  return (
    <>
      {found.times.length === 0 && <p className="find-time-none">{t('findTime.none')}</p>}
      <Times label={t(found.times.length > 0 ? 'findTime.times' : 'findTime.relaxations')} times={times.slice(0, shownAtFirst)} found={found} onChoose={onChoose} />
      {times.length > shownAtFirst && (
        <details className="find-time-who">
          <summary>{t('findTime.more', { count: times.length - shownAtFirst })}</summary>
          <Times label={t('findTime.more', { count: times.length - shownAtFirst })} times={times.slice(shownAtFirst)} found={found} onChoose={onChoose} />
        </details>
      )}
      <details className="find-time-who">
        <summary>{t('findTime.who')}</summary>
        <WhoCan found={found} times={times} />
      </details>
    </>
  );
}

/** Relaxations are few, and stand in the order of their times. */
function Times({ label, times, found, onChoose }: FoundTimesProps & { label: string; times: readonly FoundTime[] }) {
  const { t } = useTranslation();
  return (
    <ol className="find-time-list" aria-label={label}>
      {times.map((time) => {
        const gives = found.relaxations.find((one) => one.time === time)?.words;
        return (
          <li key={gives ?? time.startLocal}>
            <div>
              {gives && <p className="find-time-gives">{gives}</p>}
              <p className="find-time-when">{fullSpan(time.startInstant, time.endInstant)}</p>
              <ul className="find-time-reasons">
                {time.reasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            </div>
            <button type="button" className="button button-secondary" onClick={() => onChoose(time)}>
              {t('findTime.choose')} <span className="sr-only">{fullSpan(time.startInstant, time.endInstant)}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

const icons: Record<Availability, IconName> = { can: 'check', unsettled: 'time', substitute: 'reply', unknown: 'info', cannot: 'close' };

/** People as rows, the proposed times as columns. */
function WhoCan({ found, times }: { found: TimesFound; times: readonly FoundTime[] }) {
  const { t } = useTranslation();
  return (
    <div className="find-time-table" role="region" aria-label={t('findTime.who')} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('findTime.person')}</th>
            {times.map((time, n) => (
              <th key={n} scope="col">
                {weekdayNames()[(new Date(`${time.startLocal.slice(0, 10)}T12:00:00Z`).getUTCDay() + 6) % 7]} {dayAndMonth(time.startLocal)} {localTime(time.startLocal)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.people.map(({ person, substitute, standIns }, row) => (
            <tr key={person.membershipId}>
              <th scope="row">
                {person.name} <span className="quiet">{person.authority.name}</span>
                {substitute && <span className="quiet">{t('findTime.sends', { name: substitute.name })}</span>}
                {standIns.length > 0 && <span className="quiet"> {t('findTime.standIns', { names: anyOf(standIns.map(({ name }) => name)) })}</span>}
              </th>
              {times.map((time, n) => {
                const { availability } = time.people[row]!;
                return (
                  <td key={n} className={`find-time-${availability}`}>
                    <Icon name={icons[availability]} /> {t(`findTime.can.${availability}`)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
