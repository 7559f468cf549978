import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { dayOfMonth, timeSpan, weekdayNames } from '../dates.js';
import { lowerCase } from '../i18n/order.js';
import { StateBadge } from '../meetings/state-badge.js';
import { Holds, HolidayName, type Day } from './day.js';
import { MoveButton } from './move-button.js';
import { entryClass, targetClass, useMoving } from './moving.js';

/** A week side by side, Monday to Friday, and the weekend when it has something. */
export function WeekColumns({ days, today }: { days: readonly Day[]; today: string }) {
  const { t } = useTranslation();
  const moving = useMoving();
  const shown = days.filter((day, n) => n < 5 || day.meetings.length + day.holds.length > 0);
  return (
    <ol className="calendar-week unstyled-list no-max-width" style={{ gridTemplateColumns: `repeat(${shown.length}, minmax(0, 1fr))` }}>
      {shown.map((day) => (
        <li key={day.date} data-date={day.date} className={`${day.holiday ? 'calendar-off' : ''} ${targetClass(moving, day.date)}`}>
          <h3 className={day.date === today ? 'calendar-day-today' : ''}>
            {weekdayNames()[days.indexOf(day)]} {dayOfMonth(day.date)}{day.date === today && ` (${lowerCase(t('calendar.today'))})`}
          </h3>
          <HolidayName day={day} />
          {day.meetings.length + day.holds.length === 0 && <p className="quiet">{t('calendar.noMeetings')}</p>}
          {day.meetings.map((meeting) => (
            <div key={meeting.id} className={`calendar-card ${entryClass(moving, meeting)}`} {...moving.card(meeting)}>
              <p className="calendar-time">{timeSpan(meeting.startInstant, meeting.endInstant)}</p>
              <MoveButton meeting={meeting} isHandle />
              <p>
                <Link to={`/moeder/${meeting.id}`} lang="da" draggable={false}>{meeting.state === 'cancelled' ? <s>{meeting.title}</s> : meeting.title}</Link>
              </p>
              {meeting.place && <p className="quiet">{meeting.place}</p>}
              <p className="quiet">{meeting.authorities.map(({ name }) => name).join(', ')}</p>
              <StateBadge state={meeting.state} agendaState={meeting.agendaState} endInstant={meeting.endInstant} />
            </div>
          ))}
          <Holds day={day} className="calendar-meeting calendar-hold" />
        </li>
      ))}
    </ol>
  );
}
