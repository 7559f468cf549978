import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { plainDate, week, weekdayNames } from '../dates.js';
import { Holds, HolidayName, type Day } from './day.js';
import { MeetingEntry } from './meeting-entry.js';
import { targetClass, useMoving } from './moving.js';

/** Weeks as rows, each with its number; a number leads to its week. */
export function MonthTable({ days, month, today, caption }: { days: readonly Day[]; month: string; today: string; caption: string }) {
  const { t } = useTranslation();
  const moving = useMoving();
  const weeks = Array.from({ length: days.length / 7 }, (_, n) => days.slice(n * 7, n * 7 + 7));
  return (
    <table className="calendar-month">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t('calendar.week')}</th>
          {weekdayNames().map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((row) => (
          <tr key={row[0]!.date}>
            <th scope="row">
              <Link to={`/kalender?vis=uge&dato=${row[0]!.date}`} aria-label={t('calendar.openWeek', { number: week(`${row[0]!.date}T12:00:00Z`) })}>
                {week(`${row[0]!.date}T12:00:00Z`)}
              </Link>
            </th>
            {row.map((day) => (
              <td key={day.date} data-date={day.date} className={`${dayClass(day, month, today)} ${targetClass(moving, day.date)}`} aria-current={day.date === today ? 'date' : undefined}>
                <span className="calendar-number">
                  <span aria-hidden="true">{Number(day.date.slice(8))}</span>
                  <span className="sr-only">{plainDate(day.date)}</span>
                </span>
                <HolidayName day={day} />
                {day.meetings.length > 0 && (
                  <ul className="unstyled-list">
                    {day.meetings.map((meeting) => (
                      <li key={meeting.id}>
                        <MeetingEntry meeting={meeting} />
                      </li>
                    ))}
                  </ul>
                )}
                <Holds day={day} className="calendar-meeting calendar-hold" />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function dayClass(day: Day, month: string, today: string): string {
  return [day.date.startsWith(month) ? '' : 'calendar-outside', day.date === today ? 'calendar-today' : '', day.holiday ? 'calendar-off' : ''].filter(Boolean).join(' ');
}
