import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { plainDate, timeSpan, week } from '../dates.js';
import { lowerCase } from '../i18n/order.js';
import { StateBadge } from '../meetings/state-badge.js';
import { Holds, HolidayName, type Day } from './day.js';
import { MoveButton } from './move-button.js';
import { entryClass, useMoving } from './moving.js';

/** The days on which something is, under their weeks. */
export function DayList({ days, today }: { days: readonly Day[]; today: string }) {
  const { t } = useTranslation();
  const moving = useMoving();
  const shown = days.filter((day) => day.meetings.length + day.holds.length > 0 || day.holiday !== null);
  if (shown.length === 0) return <p className="empty">{t('calendar.empty')}</p>;
  return (
    <div className="calendar-list">
      {shown.map((day, n) => {
        const number = week(`${day.date}T12:00:00Z`);
        const newWeek = n === 0 || week(`${shown[n - 1]!.date}T12:00:00Z`) !== number;
        return (
          <Fragment key={day.date}>
            {newWeek && <h3 className="calendar-week-heading">{t('calendar.weekNumber', { number })}</h3>}
            <section aria-labelledby={`day-${day.date}`} className="calendar-list-day">
              <h4 id={`day-${day.date}`}>
                {plainDate(day.date)}
                {day.date === today && ` (${lowerCase(t('calendar.today'))})`}
              </h4>
              <HolidayName day={day} />
              {day.meetings.map((meeting) => (
                <div key={meeting.id} className={`calendar-line ${entryClass(moving, meeting)}`}>
                  <span className="calendar-time">{timeSpan(meeting.startInstant, meeting.endInstant)}</span>
                  <span>
                    <Link to={`/moeder/${meeting.id}`} className="row-title" lang="da">
                      {meeting.state === 'cancelled' ? <s>{meeting.title}</s> : meeting.title}
                    </Link>
                    <span className="quiet calendar-where">
                      {meeting.authorities.map(({ name }) => name).join(', ')}
                      {meeting.place && ` · ${meeting.place}`}
                    </span>
                    <MoveButton meeting={meeting} />
                  </span>
                  <StateBadge state={meeting.state} agendaState={meeting.agendaState} endInstant={meeting.endInstant} />
                </div>
              ))}
              <Holds day={day} className="calendar-meeting calendar-hold" />
            </section>
          </Fragment>
        );
      })}
    </div>
  );
}
