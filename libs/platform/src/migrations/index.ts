import { FirstCut1795219200000 } from './2026-11-21-first-cut.js';
import { Attendance1795226400000 } from './2026-11-21-attendance.js';
import { Replies1795222800000 } from './2026-11-21-replies.js';

/** In order. Merged ones are never changed. */
export const migrations = [FirstCut1795219200000, Replies1795222800000, Attendance1795226400000];
