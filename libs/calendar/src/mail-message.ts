import { timeZone, type PartStat } from '@lib/contracts/enums.js';
import type { Language } from '@lib/contracts/language.js';
import { meetingKind } from '@lib/meetings/meeting-kinds.data.js';
import { said, speakingTo } from '@lib/platform/speaking.js';
import { itip, type ItipMethod } from './itip.js';

/** What one participant's mailbox may be told of a meeting [MA2]: what stands in her feed, and no more. */
export interface ToldMeeting {
  meetingId: string;
  method: 'request' | 'cancel' | 'declineCounter';
  sequence: number;
  stampedAt: Date;
  kindId: string;
  authorityName: string;
  start: Date;
  durationMinutes: number;
  place: string | null;
  partStat: PartStat;
  language: Language;
}

/** A message as it leaves. The two addresses are of the one participant alone. */
export interface MailMessage {
  id: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  method: ItipMethod;
  icalendar: string;
}

const methods = { request: 'REQUEST', cancel: 'CANCEL', declineCounter: 'DECLINECOUNTER' } as const;

/**
 * [MA2, MA3] One mail: words, and the same for a calendar program.
 *
 * @param from     the product's address with the token of this participant and meeting
 * @param address of the product, without a slash at its end
 */
export function mailOf(meeting: ToldMeeting, from: string, to: string, address: string): MailMessage {
  return speakingTo(
    () => meeting.language,
    () => {
      const method = methods[meeting.method];
      const end = new Date(meeting.start.getTime() + meeting.durationMinutes * 60_000);
      const kind = meetingKind(meeting.kindId);
      const title = kind === undefined ? said('Møde') : said(kind.title);
      const summary = method === 'CANCEL' ? said(`Udgår: ${title}`) : title;
      const time = timeInWords(meeting.start, end, meeting.language);
      const url = `${address}/moeder/${meeting.meetingId}`;
      const description = [said(`Indkaldt af ${meeting.authorityName}.`), said('Dagsorden og deltagere står i Samråd:'), url].join('\n');
      const body =
        method !== 'REQUEST'
          ? [summary, time, meeting.authorityName, '', method === 'CANCEL' ? said('Mødet er aflyst, eller du deltager ikke længere i det.') : said('Det tidspunkt, du foreslog, blev ikke valgt. Mødet holdes som planlagt.')]
          : [title, time, ...(meeting.place === null ? [] : [said(`Sted: ${meeting.place}`)]), said(`Indkaldt af ${meeting.authorityName}.`), '', said('Svar i din kalender eller på mødets side i Samråd:'), url, '', said('Skriv ikke om børn eller sager i et svar. Det læses af et program, og ordene gemmes ikke.')];
      return {
        // The same message sent twice, because nobody knew whether it had been taken over, is the same message to a mailbox.
        id: `<${from.slice(0, from.indexOf('@')).replace(/^.*\+/, '')}.${meeting.sequence}.${meeting.stampedAt.getTime()}@${from.slice(from.indexOf('@') + 1)}>`,
        from,
        to,
        subject: `${summary}, ${meeting.authorityName}, ${time}`,
        text: `${body.join('\n')}\n`,
        method,
        icalendar: itip(
          method,
          { uid: meeting.meetingId, sequence: meeting.sequence, stampedAt: meeting.stampedAt, start: meeting.start, end, summary, description, location: meeting.place, url, organizer: from, attendee: to, partStat: meeting.partStat },
          timeZone,
        ),
      };
    },
  );
}

/** “mandag den 7. december 2026 kl. 13.00–14.30”; an end on another day is written in full. */
function timeInWords(start: Date, end: Date, language: Language): string {
  const locale = language === 'da' ? 'da-DK' : 'en-GB';
  const day = new Intl.DateTimeFormat(locale, { timeZone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const time = new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit' });
  const full = (at: Date) => `${day.format(at)}${language === 'da' ? ' kl. ' : ', '}${time.format(at)}`;
  return `${full(start)}–${day.format(start) === day.format(end) ? time.format(end) : full(end)}`;
}
