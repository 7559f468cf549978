import { DemoStory1795340234567 } from './2026-11-22-demo-story.js';
import { FirstCut1795219200000 } from './2026-11-21-first-cut.js';
import { MeetingChanges1795304400000 } from './2026-11-21-meeting-changes.js';
import { SeriesPatterns1795302600000 } from './2026-11-21-series-patterns.js';
import { AgendaWork1795319500001 } from './2026-11-22-agenda-work.js';
import { Attendance1795316400000 } from './2026-11-22-attendance.js';
import { Cpr1795318207142 } from './2026-11-22-cpr.js';
import { DecisionCorrections1795309200000 } from './2026-11-22-decision-corrections.js';
import { FollowUps1795305600000 } from './2026-11-22-follow-ups.js';
import { Language1795317000407 } from './2026-11-22-language.js';
import { LeadersLog1795320442114 } from './2026-11-22-leaders-log.js';
import { Minutes1795320004107 } from './2026-11-22-minutes.js';
import { Notifications1795340123456 } from './2026-11-22-notifications.js';
import { Plans1795320000000 } from './2026-11-22-plans.js';
import { Replies1795312800000 } from './2026-11-22-replies.js';
import { SeriesChanges1795318301001 } from './2026-11-22-series-changes.js';
import { StandingSubstitutes1795318301002 } from './2026-11-22-standing-substitutes.js';

/** In order. Merged ones are never changed. */
export const migrations = [
  FirstCut1795219200000,
  SeriesPatterns1795302600000,
  MeetingChanges1795304400000,
  FollowUps1795305600000,
  DecisionCorrections1795309200000,
  Replies1795312800000,
  Attendance1795316400000,
  Language1795317000407,
  Cpr1795318207142,
  SeriesChanges1795318301001,
  StandingSubstitutes1795318301002,
  AgendaWork1795319500001,
  Plans1795320000000,
  Minutes1795320004107,
  LeadersLog1795320442114,
  Notifications1795340123456,
  DemoStory1795340234567,
];
