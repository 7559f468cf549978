import type { MeetingState, PartStat } from '@lib/contracts/enums.js';
import { said } from '@lib/platform/speaking.js';
import { meetingKind } from '@lib/meetings/meeting-kinds.data.js';
import type { CalendarEvent } from './icalendar.js';

/** A meeting as its participant's calendar may know it [CF4]: no title, and nothing that hangs on it. */
export interface FeedMeeting {
  id: string;
  kindId: string;
  authorityName: string;
  start: Date;
  durationMinutes: number;
  state: MeetingState;
  version: number;
  createdAt: Date;
  /** Of the meeting, or of the person's part in it. */
  changedAt: Date;
  /** What she answered to the time that it has now. */
  partStat: PartStat;
  isSubstitute: boolean;
  place: string | null;
}

/** [CF4] Whether the place of a meeting may be told: that of a whole series was not chosen for a child. */
export const placeIsTold = (meeting: { kindId: string; inSeries: boolean; ownPlace: boolean }): boolean =>
  meetingKind(meeting.kindId)?.personalData === 'none' || (meeting.inSeries && !meeting.ownPlace);

/** @param address of the product, without a slash at its end. Speaks the language of `speakingTo`. */
export function feedEvent(meeting: FeedMeeting, address: string): CalendarEvent {
  const kind = meetingKind(meeting.kindId);
  const title = kind === undefined ? said('Møde') : said(kind.title);
  const url = `${address}/moeder/${meeting.id}`;
  return {
    uid: meeting.id,
    sequence: meeting.version,
    createdAt: meeting.createdAt,
    changedAt: meeting.changedAt,
    start: meeting.start,
    end: new Date(meeting.start.getTime() + meeting.durationMinutes * 60_000),
    summary: summary(meeting, title),
    description: body(meeting, url),
    location: meeting.place,
    url,
    status: status(meeting),
    isBusy: isBusy(meeting),
  };
}

const isAbsent = ({ partStat }: FeedMeeting) => partStat === 'declined' || partStat === 'delegated';

/** [CF6] */
const isBusy = (meeting: FeedMeeting): boolean => meeting.state !== 'cancelled' && meeting.state !== 'draft' && !isAbsent(meeting);

/** [CF6] */
function status({ state, partStat }: FeedMeeting): CalendarEvent['status'] {
  if (state === 'cancelled') return 'CANCELLED';
  const isSettled = state === 'confirmed' || state === 'held' || state === 'closed';
  return isSettled || partStat === 'accepted' ? 'CONFIRMED' : 'TENTATIVE';
}

/** Many programs show neither STATUS nor TRANSP, so the line says it too. */
function summary(meeting: FeedMeeting, title: string): string {
  if (meeting.state === 'cancelled') return said(`Aflyst: ${title}`);
  if (meeting.partStat === 'declined') return said(`Afbud: ${title}`);
  if (meeting.partStat === 'delegated') return said(`Stedfortræder sendt: ${title}`);
  return title;
}

/** Many programs show no URL, so the text has it too. */
function body(meeting: FeedMeeting, url: string): string {
  const part = partWords(meeting);
  return [said(`Indkaldt af ${meeting.authorityName}.`), ...(part === null ? [] : [part]), said('Dagsorden og deltagere står i Samråd:'), url].join('\n');
}

function partWords(meeting: FeedMeeting): string | null {
  if (meeting.state === 'cancelled') return said('Mødet er aflyst.');
  if (meeting.state === 'draft') return said('Mødet falder på en helligdag og er ikke indkaldt endnu.');
  if (meeting.partStat === 'declined') return said('Du har meldt afbud.');
  if (meeting.partStat === 'delegated') return said('Du har sendt en stedfortræder.');
  if (meeting.partStat === 'tentative') return said('Du har svaret måske.');
  return meeting.isSubstitute ? said('Du deltager som stedfortræder.') : null;
}
