import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { queries } from '../api/queries.js';
import type { Meeting, MeetingSummary } from '../api/types.js';
import { dateAt, dayAndMonth, localDayAndTime, monthNames, plainDate, time, week } from '../dates.js';
import { hasNoTime } from '../polls/no-time.js';
import { Answer } from '../shell/answer.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { PageHeading } from '../shell/page-heading.js';
import { addDays, daysOfWeek, firstOfMonth, isDate, mondayOf, weeksOfMonth } from './days.js';
import type { Day } from './day.js';
import { DayList } from './day-list.js';
import { MonthTable } from './month-table.js';
import { MovePanel, type MoveTo } from './move-panel.js';
import { MovingContext, type Moving } from './moving.js';
import { useDrag, type Drag } from './use-drag.js';
import { WeekColumns } from './week-columns.js';
import './calendar.css';

const views = ['maaned', 'uge', 'liste'] as const;
type View = (typeof views)[number];

const wide = window.matchMedia('(min-width: 768px)');
const subscribe = (listener: () => void) => {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
};

const pageSize = 100;

/** What period is on screen and how lies in the address, so that it can be shared and found again. */
export function CalendarPage() {
  const { t } = useTranslation();
  const isWide = useSyncExternalStore(subscribe, () => wide.matches);
  const [search, setSearch] = useSearchParams();
  const today = dateAt(new Date());
  const asked = search.get('dato');
  const date = isDate(asked) ? asked : today;
  const view = views.find((one) => one === search.get('vis')) ?? 'maaned';
  const kindId = search.get('type') ?? '';
  const authorityId = search.get('myndighed') ?? '';

  const set = (change: Record<string, string>) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(change)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { replace: true },
    );

  const mondays = view === 'uge' ? [mondayOf(date)] : weeksOfMonth(date);
  const first = mondays[0]!;
  const end = addDays(mondays.at(-1)!, 7);
  const step = (by: number) => set({ dato: view === 'uge' ? addDays(mondayOf(date), by * 7) : firstOfMonth(date, by) });

  const kinds = useQuery(queries.meetingKinds());
  const partners = useQuery(queries.relatedAuthorities());
  const holidays = useQuery(queries.holidays(first, end));
  // A day to spare on both sides: the API is asked by instants, the days are Danish.
  const meetings = useInfiniteQuery(queries.meetings({ from: `${addDays(first, -1)}T00:00:00Z`, to: `${addDays(end, 1)}T00:00:00Z`, limit: pageSize }));
  const { hasNextPage, isFetching, fetchNextPage } = meetings;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);

  const holds = useQuery(queries.holds(`${addDays(first, -1)}T00:00:00Z`, `${addDays(end, 1)}T00:00:00Z`));
  const heldOn = (date: string) => (holds.data?.holds ?? []).filter((one) => one.startLocal.startsWith(date) && (!kindId || one.kindId === kindId) && !authorityId);

  const daysOf = (all: readonly MeetingSummary[]): Day[] => {
    const named = new Map(holidays.data?.holidays.map((one) => [one.date, one.name]));
    const byDate = new Map<string, MeetingSummary[]>();
    for (const meeting of all) {
      // What it holds is shown in its place.
      if (hasNoTime(meeting)) continue;
      if (kindId && meeting.kindId !== kindId) continue;
      if (authorityId && !meeting.authorities.some((one) => one.id === authorityId)) continue;
      const on = dateAt(new Date(meeting.startInstant));
      byDate.set(on, [...(byDate.get(on) ?? []), meeting]);
    }
    return mondays.flatMap(daysOfWeek).map((one) => ({ date: one, holiday: named.get(one) ?? null, meetings: byDate.get(one) ?? [], holds: heldOn(one) }));
  };

  const [moveTo, setMoveTo] = useState<MoveTo | null>(null);
  const [moved, setMoved] = useState<string | null>(null);
  const left = useRef('');
  // By its button, wherever the meeting stands by then.
  const focusBack = useFocusBack(() => document.querySelector<HTMLElement>(`[data-move="${left.current}"]`));
  const open = (meeting: MeetingSummary, date = meeting.startLocal.slice(0, 10)) => {
    setMoved(null);
    // A time that was typed for it already stays.
    const clock = moveTo?.meeting.id === meeting.id ? moveTo.time : meeting.startLocal.slice(11);
    setMoveTo({ meeting, date, time: clock, isDropped: date !== meeting.startLocal.slice(0, 10) });
  };
  const close = () => {
    left.current = moveTo?.meeting.id ?? '';
    focusBack();
    setMoveTo(null);
  };
  const onMoved = ({ startLocal }: Meeting) => {
    close();
    setMoved(startLocal);
    const to = startLocal.slice(0, 10);
    if (to < first || to >= end) set({ dato: to });
  };
  const { drag, card, handle } = useDrag((meeting, to) => to >= today && to !== (moveTo?.meeting.id === meeting.id ? moveTo.date : meeting.startLocal.slice(0, 10)), open);
  const moving: Moving = { meetingId: drag?.meeting.id ?? moveTo?.meeting.id ?? null, date: drag === null ? (moveTo?.date ?? null) : drag.date, open: (meeting) => open(meeting), card: (meeting) => (meeting.canMove ? card(meeting) : {}), handle };
  const month = `${monthNames()[Number(date.slice(5, 7)) - 1]} ${date.slice(0, 4)}`;
  const period = view === 'uge' ? `${t('calendar.weekNumber', { number: week(`${first}T12:00:00Z`) })}, ${weekSpan(first)}` : month;

  return (
    <>
      <PageHeading title={t('calendar.title')} />
      <div className="calendar-bar">
        <div className="segments" role="group" aria-label={t('calendar.view')}>
          {views
            // On a narrow page the month is a list already.
            .filter((one) => isWide || one !== 'liste')
            .map((one) => (
              <button key={one} type="button" aria-pressed={view === one || (!isWide && view === 'liste' && one === 'maaned')} onClick={() => set({ vis: one === 'maaned' ? '' : one })}>
                {t(`calendar.views.${one}`)}
              </button>
            ))}
        </div>
        <p className="calendar-step">
          <button type="button" className="button button-secondary" onClick={() => step(-1)}>
            {t(view === 'uge' ? 'calendar.previousWeek' : 'calendar.previousMonth')}
          </button>
          <button type="button" className="button button-secondary" onClick={() => set({ dato: '' })}>
            {t('calendar.today')}
          </button>
          <button type="button" className="button button-secondary" onClick={() => step(1)}>
            {t(view === 'uge' ? 'calendar.nextWeek' : 'calendar.nextMonth')}
          </button>
        </p>
        <p className="calendar-kind">
          <label className="form-label" htmlFor="calendar-kind">
            {t('newSeries.kind')}
          </label>
          <select id="calendar-kind" className="form-select" value={kindId} onChange={(event) => set({ type: event.target.value })}>
            <option value="">{t('calendar.allKinds')}</option>
            {kinds.data?.kinds.map((kind) => (
              <option key={kind.id} value={kind.id}>
                {kind.title}
              </option>
            ))}
          </select>
        </p>
        <p className="calendar-kind">
          <label className="form-label" htmlFor="calendar-authority">
            {t('calendar.authority')}
          </label>
          <select id="calendar-authority" className="form-select" value={authorityId} onChange={(event) => set({ myndighed: event.target.value })}>
            <option value="">{t('calendar.allAuthorities')}</option>
            {partners.data?.authorities.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </p>
      </div>
      <h2 className="h3 calendar-period" aria-live="polite">
        {period}
      </h2>
      <p role="status" className={moved ? 'calendar-moved' : 'sr-only'}>
        {moved && t('calendarMove.done', { time: localDayAndTime(moved) })}
      </p>
      {moveTo && <MovePanel key={moveTo.meeting.id} to={moveTo} onChange={(change) => setMoveTo({ ...moveTo, ...change })} onMoved={onMoved} onClose={close} />}
      <Answer query={meetings} lines={10}>
        {({ pages }) => (
          <MovingContext value={moving}>
            <Days view={isWide ? view : 'liste'} days={daysOf(pages.flatMap((page) => page.meetings))} date={date} today={today} caption={period} whole={view === 'uge'} />
          </MovingContext>
        )}
      </Answer>
      {drag && <InHand drag={drag} />}
    </>
  );
}

/** What is in hand, beside the pointer; who listens moves meetings by the form. */
function InHand({ drag: { meeting, date, x, y } }: { drag: Drag }) {
  return (
    <div className="calendar-hand" style={{ left: x, top: y }} aria-hidden="true">
      <strong>{time(meeting.startInstant)}</strong> <span lang="da">{meeting.title}</span>
      {date && <span className="calendar-hand-to">{plainDate(date)}</span>}
    </div>
  );
}

interface DaysProps {
  view: View;
  days: readonly Day[];
  date: string;
  today: string;
  caption: string;
  /** Every day given belongs to the period, not only those of the month. */
  whole: boolean;
}

function Days({ view, days, date, today, caption, whole }: DaysProps) {
  const month = date.slice(0, 7);
  if (view === 'maaned') return <MonthTable days={days} month={month} today={today} caption={caption} />;
  if (view === 'uge') return <WeekColumns days={days} today={today} />;
  return <DayList days={days.filter((day) => whole || day.date.startsWith(month))} today={today} />;
}

/** “7. december – 13. december 2026”, “7 December – 13 December 2026” */
function weekSpan(monday: string): string {
  const sunday = addDays(monday, 6);
  const sameYear = monday.slice(0, 4) === sunday.slice(0, 4);
  return `${dayAndMonth(monday)}${sameYear ? '' : ` ${monday.slice(0, 4)}`} – ${dayAndMonth(sunday)} ${sunday.slice(0, 4)}`;
}
