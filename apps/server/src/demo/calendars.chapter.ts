import type { Temporal } from 'temporal-polyfill';
import { contentRoles } from '@lib/access/policy.js';
import { demoClusters, demoPeople } from '@lib/access/demo.data.js';
import type { StoryDesk } from './story-desk.service.js';
import type { StoryTime } from './story-time.js';

/** What fills a week besides meetings in Samråd: day of the week from Monday, from and to as wall time. */
const weeks = [
  [[0, '0830', '0930'], [3, '1300', '1500']],
  [[1, '0900', '1030'], [4, '1000', '1130']],
  [[0, '1400', '1530'], [2, '0830', '1000']],
  [[2, '1230', '1400'], [4, '0800', '0900']],
  [[1, '1300', '1430'], [3, '0800', '0930']],
] as const;

const stamp = (day: Temporal.PlainDate) => day.toString().replaceAll('-', '');

/**
 * The calendars of those who work together most, so that “Find tid” has something to go by: what their weeks are full of, and a week of
 * leave. The last of each authority has connected none, which is shown as unknown.
 */
export async function calendars(desk: StoryDesk, time: StoryTime): Promise<void> {
  const when = time.begun.subtract({ hours: 20 });
  const monday = time.workday(0).subtract({ days: time.workday(0).dayOfWeek - 1 });
  let turn = 0;
  for (const authorityId of demoClusters[0]!) {
    const people = demoPeople.filter((one) => one.authorityId === authorityId && contentRoles.includes(one.role) && one.validFrom === undefined && one.validTo === undefined);
    for (const { name } of people.slice(0, people.length > 1 ? -1 : undefined)) {
      const leave = monday.add({ weeks: 2 + (turn % 7) });
      const events = weeks[turn % weeks.length]!.map(([day, from, to]) => {
        const date = stamp(monday.add({ days: day }));
        return [`DTSTART;TZID=Europe/Copenhagen:${date}T${from}00`, `DTEND;TZID=Europe/Copenhagen:${date}T${to}00`, 'RRULE:FREQ=WEEKLY'];
      });
      events.push([`DTSTART;VALUE=DATE:${stamp(leave)}`, `DTEND;VALUE=DATE:${stamp(leave.add({ days: 5 }))}`]);
      const lines = events.flatMap((event, n) => ['BEGIN:VEVENT', `UID:demo-${turn}-${n}`, `DTSTAMP:${stamp(monday)}T080000Z`, ...event, 'SUMMARY:Optaget', 'END:VEVENT']);
      const file = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Samraad//Demo//DA', ...lines, 'END:VCALENDAR', ''].join('\r\n');
      await desk.step(`calendar ${turn}`, when, async () => void (await desk.calendars.connectFile(desk.who(name, when), async () => Buffer.from(file))));
      turn += 1;
    }
  }
}
