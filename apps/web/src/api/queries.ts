import { QueryClient, queryOptions, infiniteQueryOptions } from '@tanstack/react-query';
import { onLanguageChange, speak } from '../i18n/i18n.js';
import { api, type DecisionFilter, type FollowUpFilter, type MeetingFilter } from './client.js';
import { ApiProblem } from './problem.js';
import type { MoveQuestion, PreviewBody, SearchQuestion, SeriesChange, YearPlanStep } from './types.js';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Live events say when something changed; a return to the tab asks once more.
      staleTime: 30_000,
      // The page itself notices a lost server and tells; a paused query would look like endless loading.
      networkMode: 'always',
      retry: (failures, error) => failures < 1 && error instanceof ApiProblem && error.status >= 500,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

const keepLong = Infinity;

/** The session; the page speaks its person's language before anything below it is asked for. */
async function knownSession() {
  const session = await api.session();
  if (session.language !== null) speak(session.language);
  return session;
}

/** What the server has said is said again in the new language; who is signed in does not change by it. */
onLanguageChange(() => {
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' && queryKey[0] !== 'configuration' });
});

/** Of the auditor's lists; each look is on record, so that nothing is asked for again by itself. */
const trailPages = <Page extends { nextCursor: string | null }>(queryKey: [string, string, string], page: (at: { cursor?: string }) => Promise<Page>) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => page(pageParam ? { cursor: pageParam } : {}),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchOnWindowFocus: false,
  });

export const queries = {
  configuration: () => queryOptions({ queryKey: ['configuration'], queryFn: api.configuration, staleTime: keepLong }),
  session: () => queryOptions({ queryKey: ['session'], queryFn: knownSession, staleTime: keepLong, retry: false }),
  providers: () => queryOptions({ queryKey: ['providers'], queryFn: api.providers }),
  ownSessions: () => queryOptions({ queryKey: ['ownSessions'], queryFn: api.ownSessions, staleTime: 0 }),
  ownCalendar: () => queryOptions({ queryKey: ['ownCalendar'], queryFn: api.ownCalendar, staleTime: 0 }),
  mailChoice: () => queryOptions({ queryKey: ['mailChoice'], queryFn: api.mailChoice, staleTime: 0 }),
  // Anew with whatever changes a meeting.
  meetingMail: (id: string) => queryOptions({ queryKey: ['meetings', 'mail', id], queryFn: () => api.meetingMail(id) }),
  calendarFeed: () => queryOptions({ queryKey: ['calendarFeed'], queryFn: api.calendarFeed, staleTime: 0 }),
  guestVisit: () => queryOptions({ queryKey: ['guest'], queryFn: api.guestVisit, retry: false }),
  demoPeople: () => queryOptions({ queryKey: ['demoPeople'], queryFn: api.demoPeople }),

  relatedAuthorities: () => queryOptions({ queryKey: ['authorities', 'related'], queryFn: api.relatedAuthorities }),
  peopleOf: (authorityId: string) =>
    queryOptions({ queryKey: ['authorities', authorityId, 'people'], queryFn: () => api.peopleOf(authorityId) }),
  contacts: (search: string) =>
    infiniteQueryOptions({
      queryKey: ['contacts', 'found', search],
      queryFn: ({ pageParam }) => api.contacts({ ...(search === '' ? {} : { search }), after: pageParam }),
      initialPageParam: 0,
      getNextPageParam: (page) => page.next,
      // While one types, what was found stands until more is known.
      placeholderData: (before) => before,
    }),
  contactsOf: (authorityId: string) => queryOptions({ queryKey: ['contacts', 'of', authorityId], queryFn: () => api.contacts({ authorityId, limit: 200 }) }),
  yearPlans: () => queryOptions({ queryKey: ['yearPlans'], queryFn: api.yearPlans }),
  yearPlan: (id: string) => queryOptions({ queryKey: ['yearPlan', id], queryFn: () => api.yearPlan(id) }),
  /** A newer one ends the older: the server works out one at a time for a person. */
  yearPlanPreview: (id: string, version: number, step: YearPlanStep | null) => queryOptions({ queryKey: ['yearPlanPreview', id, version, step], queryFn: ({ signal }) => api.previewYearPlan(id, step!, signal), staleTime: 0, retry: false }),
  contactHistory: (id: string) => queryOptions({ queryKey: ['contacts', 'history', id], queryFn: () => api.contactHistory(id) }),
  legalBases: () => queryOptions({ queryKey: ['legalBases'], queryFn: api.legalBases, staleTime: keepLong }),
  meetingKinds: () => queryOptions({ queryKey: ['meetingKinds'], queryFn: api.meetingKinds, staleTime: keepLong }),

  seriesList: () => queryOptions({ queryKey: ['series'], queryFn: api.seriesList }),
  series: (id: string) => queryOptions({ queryKey: ['series', id], queryFn: () => api.series(id) }),
  seriesPreview: (body: PreviewBody | null) => queryOptions({ queryKey: ['seriesPreview', body], queryFn: () => api.previewSeries(body!) }),
  seriesChangePreview: (id: string, body: SeriesChange | null) => queryOptions({ queryKey: ['seriesChange', id, body], queryFn: () => api.previewSeriesChange(id, body!), staleTime: 0 }),
  holidays: (from: string, to: string) => queryOptions({ queryKey: ['holidays', from, to], queryFn: () => api.holidays(from, to), staleTime: keepLong }),

  meetings: (filter: MeetingFilter) =>
    infiniteQueryOptions({
      queryKey: ['meetings', filter],
      queryFn: ({ pageParam }) => api.meetings({ ...filter, ...(pageParam ? { cursor: pageParam } : {}) }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  meeting: (id: string) => queryOptions({ queryKey: ['meeting', id], queryFn: () => api.meeting(id) }),
  // What somebody is told of others' time leaves memory with the form.
  movePreview: (id: string, body: MoveQuestion | null) => queryOptions({ queryKey: ['movePreview', id, body], queryFn: () => api.movePreview(id, body!), staleTime: 0, gcTime: 0, refetchOnWindowFocus: false }),
  // Under its meeting: whatever tells that it changed tells of these too.
  proposals: (meetingId: string) => queryOptions({ queryKey: ['meeting', meetingId, 'proposals'], queryFn: () => api.proposals(meetingId) }),
  poll: (meetingId: string) => queryOptions({ queryKey: ['meeting', meetingId, 'poll'], queryFn: () => api.poll(meetingId) }),
  holds: (from: string, to: string) => queryOptions({ queryKey: ['holds', from, to], queryFn: () => api.holds(from, to) }),
  // By the secret of a link, which is kept nowhere else.
  linkedPoll: (token: string) => queryOptions({ queryKey: ['linkedPoll', token], queryFn: () => api.linkedPoll(token), enabled: token !== '', retry: false, gcTime: 0 }),
  meetingChanges: (id: string) => queryOptions({ queryKey: ['meeting', id, 'changes'], queryFn: () => api.meetingChanges(id) }),

  meetingRetention: (id: string) => queryOptions({ queryKey: ['meeting', id, 'retention'], queryFn: () => api.meetingRetention(id) }),
  filingsWaiting: () => queryOptions({ queryKey: ['filingsWaiting'], queryFn: api.filingsWaiting }),
  retentionRules: () => queryOptions({ queryKey: ['administration', 'retentionRules'], queryFn: api.retentionRules }),
  deletions: (done: boolean) =>
    infiniteQueryOptions({
      queryKey: ['administration', 'deletions', done],
      queryFn: ({ pageParam }) => api.deletions({ done, ...(pageParam ? { cursor: pageParam } : {}) }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  trackTargets: (itemId: string) => queryOptions({ queryKey: ['trackTargets', itemId], queryFn: () => api.trackTargets(itemId), staleTime: 0 }),
  basesInForce: () => queryOptions({ queryKey: ['basesInForce'], queryFn: api.basesInForce }),
  carryTarget: (meetingId: string) => queryOptions({ queryKey: ['meeting', meetingId, 'carry'], queryFn: () => api.carryTarget(meetingId) }),
  minutes: (id: string) => queryOptions({ queryKey: ['minutes', id, 'view'], queryFn: () => api.minutes(id) }),
  // A draft is read as it is when one looks.
  minutesDocument: (id: string) => queryOptions({ queryKey: ['minutes', id, 'document'], queryFn: () => api.minutesDocument(id), staleTime: 0 }),
  minutesWaiting: () => queryOptions({ queryKey: ['minutesWaiting'], queryFn: api.minutesWaiting }),

  itemDecisions: (itemId: string) =>
    queryOptions({ queryKey: ['item', itemId, 'decisions'], queryFn: () => api.itemDecisions(itemId) }),
  decisionOptions: (itemId: string) =>
    queryOptions({ queryKey: ['item', itemId, 'decisionOptions'], queryFn: () => api.decisionOptions(itemId) }),
  decisions: (filter: DecisionFilter) =>
    infiniteQueryOptions({
      queryKey: ['decisions', filter],
      queryFn: ({ pageParam }) => api.decisions({ ...filter, ...(pageParam ? { cursor: pageParam } : {}) }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  itemFollowUps: (itemId: string) => queryOptions({ queryKey: ['item', itemId, 'followUps'], queryFn: () => api.itemFollowUps(itemId) }),
  itemPlans: (itemId: string) => queryOptions({ queryKey: ['item', itemId, 'plans'], queryFn: () => api.itemPlans(itemId) }),
  itemPreparations: (itemId: string) => queryOptions({ queryKey: ['item', itemId, 'preparations'], queryFn: () => api.itemPreparations(itemId) }),
  itemEmbargoes: (itemId: string) => queryOptions({ queryKey: ['item', itemId, 'embargoes'], queryFn: () => api.itemEmbargoes(itemId) }),
  embargoesWaiting: () => queryOptions({ queryKey: ['embargoesWaiting'], queryFn: api.embargoesWaiting }),
  preparations: () => queryOptions({ queryKey: ['preparations'], queryFn: api.preparations }),
  carriedFollowUps: (meetingId: string) => queryOptions({ queryKey: ['followUps', 'carried', meetingId], queryFn: () => api.carriedFollowUps(meetingId) }),
  followUps: (filter: FollowUpFilter) =>
    infiniteQueryOptions({
      queryKey: ['followUps', filter],
      queryFn: ({ pageParam }) => api.followUps({ ...filter, ...(pageParam ? { cursor: pageParam } : {}) }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  notifications: () => queryOptions({ queryKey: ['notifications', 'list'], queryFn: api.notifications }),
  unreadNotifications: () => queryOptions({ queryKey: ['notifications', 'unread'], queryFn: api.unreadNotifications }),
  notificationChoices: () => queryOptions({ queryKey: ['notificationChoices'], queryFn: api.notificationChoices }),
  decisionFollowUps: (id: string) => queryOptions({ queryKey: ['followUps', 'ofDecision', id], queryFn: () => api.decisionFollowUps(id) }),
  filterOptions: () => queryOptions({ queryKey: ['decisions', 'filterOptions'], queryFn: api.filterOptions }),
  insight: () => queryOptions({ queryKey: ['insight'], queryFn: api.insight }),
  logViews: () => queryOptions({ queryKey: ['logViews'], queryFn: api.logViews }),
  itemDisclosures: (itemId: string) => queryOptions({ queryKey: ['itemDisclosures', itemId], queryFn: () => api.itemDisclosures(itemId), refetchOnWindowFocus: false }),
  auditItem: (id: string) => trailPages(['audit', 'item', id], (page) => api.auditItem(id, page)),
  auditPerson: (id: string) => trailPages(['audit', 'person', id], (page) => api.auditPerson(id, page)),
  auditRefusals: () => trailPages(['audit', 'refusals', ''], api.auditRefusals),
  auditDisclosures: (itemId: string | null) => trailPages(['audit', 'disclosures', itemId ?? ''], (page) => (itemId === null ? api.auditRecordedDisclosures(page) : api.auditItemDisclosures(itemId, page))),
  auditPeople: () => queryOptions({ queryKey: ['audit', 'people'], queryFn: api.auditPeople, staleTime: keepLong }),
  auditSamples: () => queryOptions({ queryKey: ['audit', 'samples'], queryFn: api.auditSamples }),
  auditSample: (id: string) => queryOptions({ queryKey: ['audit', 'samples', id], queryFn: () => api.auditSample(id) }),
  auditCheckpoint: () => queryOptions({ queryKey: ['audit', 'checkpoint'], queryFn: api.auditCheckpoint }),
  // Found words leave memory with the page; what is still being read in is asked for again.
  search: (question: SearchQuestion) =>
    queryOptions({
      queryKey: ['search', question],
      queryFn: () => api.search(question),
      gcTime: 0,
      staleTime: 0,
      refetchInterval: ({ state }) => (state.data !== undefined && state.data.pending > 0 ? 1_000 : false),
    }),
  administeredPeople: (filter: { search: string; filter: 'active' | 'withoutRole' | 'inactive' }) =>
    infiniteQueryOptions({
      queryKey: ['administration', 'people', filter],
      queryFn: ({ pageParam }) => api.administeredPeople({ ...filter, ...(pageParam ? { cursor: pageParam } : {}) }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
      // While one types, what was found stands until more is known.
      placeholderData: (before) => before,
    }),
  administeredPerson: (id: string) => queryOptions({ queryKey: ['administration', 'person', id], queryFn: () => api.administeredPerson(id) }),
  consequences: (id: string, membershipId: string | null, until: string | null) =>
    queryOptions({
      queryKey: ['administration', 'consequences', id, membershipId, until],
      queryFn: () => api.consequences(id, { ...(membershipId === null ? {} : { membershipId }), ...(until === null ? {} : { until }) }),
      staleTime: 0,
    }),
  adminEvents: (personId: string | null) =>
    infiniteQueryOptions({
      queryKey: ['administration', 'events', personId],
      queryFn: ({ pageParam }) => api.adminEvents({ ...(personId === null ? {} : { personId }), ...(pageParam ? { cursor: pageParam } : {}) }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  provisioning: () => queryOptions({ queryKey: ['administration', 'provisioning'], queryFn: api.provisioning }),
  decision: (id: string) => queryOptions({ queryKey: ['decision', id], queryFn: () => api.decision(id) }),
};
