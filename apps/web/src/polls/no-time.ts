import type { MeetingSummary } from '../api/types.js';

/** Whether its time is still to be chosen: one by itself is a draft for that alone. */
export const hasNoTime = ({ state, seriesId }: Pick<MeetingSummary, 'state' | 'seriesId'>): boolean => state === 'draft' && seriesId === null;
