import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import { clockOf } from '@lib/scheduling/zone-clock.js';
import { danishZone, isZoneName } from '@lib/scheduling/zones.js';
import { windowsZones } from './windows-zones.data.js';

/**
 * The IANA zone that a foreign name of a zone means, whoever wrote it: IANA itself, also behind a prefix
 * (`/citadel.org/20210210_1/Europe/Copenhagen`), Windows by CLDR (“Romance Standard Time”), the words of a choice
 * (“(UTC+01:00) Brussels, Copenhagen, Madrid, Paris”), and otherwise the clock that the file itself describes.
 *
 * @param description the lines of its VTIMEZONE; null where the file has none
 * @param at          around when the clocks have to agree, ms since 1970
 * @returns null where nobody can say
 */
export function zoneOf(name: string, description: readonly string[] | null, at: number): string | null {
  const plain = name.trim().replace(/^"(.*)"$/, '$1');
  const named = byName(plain) ?? byName(locationOf(description));
  return named ?? (description === null ? byCity(plain) : (byClock(description, at) ?? byCity(plain)));
}

function byName(name: string | null): string | null {
  if (name === null || name === '') return null;
  const windows = windowsZones.get(name.toLowerCase());
  if (windows !== undefined) return windows;
  const parts = name.split('/').filter((part) => part !== '');
  for (let from = 0; from < parts.length; from += 1) {
    const rest = parts.slice(from).join('/');
    // A bare last part (“Berlin”) names no zone, but for the few without a continent.
    if ((parts.length - from > 1 || from === 0) && isZoneName(rest)) return rest;
  }
  return null;
}

const locationOf = (description: readonly string[] | null): string | null => /^X-LIC-LOCATION:(.*)$/i.exec(description?.find((line) => /^X-LIC-LOCATION:/i.test(line)) ?? '')?.[1]?.trim() ?? null;

/** Outlook's words name cities; the first that names a zone. */
function byCity(words: string): string | null {
  if (!/[,)]/.test(words)) return null;
  const cities = words.replace(/^\([^)]*\)/, '').split(',').map((city) => city.trim().replaceAll(' ', '_').toLowerCase());
  for (const city of cities) {
    const found = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase().endsWith(`/${city}`));
    if (found !== undefined) return found;
  }
  return null;
}

const mostDescribed = 400;
const daysLookedAt = 400;

/** The zone whose clock shows what the description says, on every fifth day of some thirteen months: Denmark's if it is one of them. */
function byClock(description: readonly string[], at: number): string | null {
  // A clock changes some times in a year: what repeats more often is meant for whoever reads it.
  if (description.length > mostDescribed || description.some((line) => /^RRULE/i.test(line) && !/FREQ=YEARLY/i.test(line))) return null;
  try {
    const parsed = ICAL.parse(['BEGIN:VCALENDAR', 'BEGIN:VTIMEZONE', ...description, 'END:VTIMEZONE', 'END:VCALENDAR'].join('\r\n')) as unknown[];
    const component = new ICAL.Component(parsed).getFirstSubcomponent('vtimezone');
    if (component === null) return null;
    const described = new ICAL.Timezone(component);
    const first = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC').toPlainDate();
    const noons = Array.from({ length: daysLookedAt / 5 }, (_, n) => first.add({ days: n * 5 })).map((day) => {
      const offset = described.utcOffset(ICAL.Time.fromString(`${day.toString()}T12:00:00`, undefined)) * 1000;
      return { offset, instant: Date.UTC(day.year, day.month - 1, day.day, 12) - offset };
    });
    return [danishZone, ...Intl.supportedValuesOf('timeZone')].find((zone) => noons.every(({ offset, instant }) => clockOf(zone).offsetAt(instant) === offset)) ?? null;
  } catch {
    return null;
  }
}
