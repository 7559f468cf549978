import type { PollChoice } from '@lib/contracts/enums.js';
import { useTranslation } from 'react-i18next';
import type { Poll } from '../api/types.js';
import { dayAndMonth, localTime, weekdayNames } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { byAuthority } from '../shell/people.js';
import { choiceIcons } from './ballot.js';

/** People as rows, by authority; the times as columns. For those who lead the poll. */
export function HeatMap({ poll }: { poll: Poll }) {
  const { t } = useTranslation();
  const people = poll.people ?? [];
  const outsiders = poll.outsiders ?? [];
  const cells = (choices: readonly (PollChoice | null)[] | null) => poll.slots.map((slot, n) => <Cell key={slot.startLocal} choice={choices?.[n] ?? null} />);
  return (
    <div className="find-time-table" role="region" aria-label={t('poll.heatMap')} tabIndex={0}>
      <table className="table poll-heat">
        <thead>
          <tr>
            <th scope="col">{t('findTime.person')}</th>
            {poll.slots.map((slot) => (
              <th key={slot.startLocal} scope="col">
                {weekdayNames()[(new Date(`${slot.startLocal.slice(0, 10)}T12:00:00Z`).getUTCDay() + 6) % 7]} {dayAndMonth(slot.startLocal)} {localTime(slot.startLocal)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {byAuthority(people.map(({ person }) => person)).flatMap(({ authority, people: members }) =>
            members.map((person) => (
              <tr key={person.membershipId}>
                <th scope="row">
                  {person.name} <span className="quiet">{authority.name}</span>
                </th>
                {cells(people.find((one) => one.person.membershipId === person.membershipId)?.choices ?? null)}
              </tr>
            )),
          )}
          {outsiders.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                <span lang="da">{one.name}</span> <span className="quiet">{t('poll.byLink')}</span>
              </th>
              {cells(one.choices)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ choice }: { choice: PollChoice | null }) {
  const { t } = useTranslation();
  if (choice === null) return <td className="poll-unsaid">{t('poll.nothing')}</td>;
  return (
    <td className={`poll-${choice}`}>
      <Icon name={choiceIcons[choice]} /> {t(`poll.said.${choice}`)}
    </td>
  );
}
