import type { TableRules } from '../row-security.js';

/** What was there when row-level security came. Tables made since say theirs in their own migration. */
const signedIn = '(SELECT session_person()) IS NOT NULL';
const reads = (table: string, column = 'item_id') => `EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = ${table}.${column} AND r.membership_id = (SELECT session_reader()))`;
const attends = (column = 'meeting_id') => `${column} IN (SELECT session_meetings())`;
const leads = (column: string) => `${column} = (SELECT session_leads())`;
const parent = (table: string, key: string) => `EXISTS (SELECT 1 FROM ${table} parent WHERE parent.id = ${key})`;
const or = (...conditions: string[]) => conditions.map((one) => `(${one})`).join(' OR ');
const and = (...conditions: string[]) => conditions.map((one) => `(${one})`).join(' AND ');
const noneOr = (column: string, condition: string) => `${column} IS NULL OR ${condition}`;

const all = 'true';
const everything = { select: all, insert: all, update: all, delete: all };
const reading = { select: all };
const adding = { select: all, insert: all };
const changing = { select: all, insert: all, update: all };
const own = 'membership_id = (SELECT session_membership())';
const ownPerson = 'person_id = (SELECT session_person())';

/** A table whose rows belong to a meeting: read by its participants, changed by commands in their circle. */
const ofMeeting = (request: string, jobs: TableRules = {}): TableRules => {
  const circle = 'in_circle(meeting_id)';
  return { request: { select: request }, command: { select: or(circle, request), insert: circle, update: circle, delete: circle }, minutes: changing, series: everything, ...jobs };
};
const ofItem = (table: string, jobs: TableRules = {}): TableRules => {
  const circle = 'in_circle_item(item_id)';
  return { request: { select: reads(table) }, command: { select: circle, insert: circle, update: circle, delete: circle }, minutes: reading, ...jobs };
};
const ofSeries = (extra?: string): TableRules => {
  const request = or('series_id IN (SELECT session_series())', ...(extra === undefined ? [] : [extra]));
  const circle = 'in_series(series_id)';
  return { request: { select: request }, command: { select: or(circle, request), insert: circle, update: circle, delete: circle }, series: changing, minutes: reading };
};

const decision = or(reads('decision'), leads('deciding_authority_id'));
const ledOwner = 'owner_membership_id IN (SELECT o.id FROM membership o WHERE o.authority_id = (SELECT session_leads()))';
const followUp = or(reads('follow_up'), 'owner_membership_id = (SELECT session_reader())', ledOwner);
const meeting = or(attends('id'), `EXISTS (SELECT 1 FROM decision d WHERE d.meeting_id = meeting.id AND ${leads('d.deciding_authority_id')})`, `EXISTS (SELECT 1 FROM follow_up f WHERE f.meeting_id = meeting.id AND (f.owner_membership_id = (SELECT session_reader()) OR f.${ledOwner}))`);
const part = (table: string) => or(reads(table, 'part_id'), `part_id = meeting_id AND ${attends()}`);
const sealed = or(parent('agenda_item', 'scope_id'), parent('meeting', 'scope_id'), parent('series', 'scope_id'), parent('log_view', 'scope_id'), 'EXISTS (SELECT 1 FROM decision d WHERE d.item_id = scope_id)', 'EXISTS (SELECT 1 FROM follow_up f WHERE f.item_id = scope_id)');

const known = { select: signedIn };
const directory: TableRules = { request: known, command: known, insight: known, provision: reading, signin: reading, directory: changing, series: reading, minutes: reading, notices: reading, live: reading };
const signIn: TableRules = { signin: everything };

export const rules: Record<string, TableRules> = {
  authority: { ...directory, projector: reading },
  authority_relation: directory,
  person: { ...directory, request: { 'select(id, name)': signedIn }, command: { 'select(id, name)': signedIn }, insight: {}, live: {}, signin: { select: all, 'update(language)': all }, provision: changing },
  membership: { ...directory, provision: changing },
  session: { signin: changing, provision: { select: all, 'update(ended_at)': all } },
  identity: signIn,
  person_external_id: { signin: everything, provision: everything },
  first_administrator_link: signIn,
  sign_in_transaction: signIn,
  logout_token_seen: signIn,
  installation: signIn,

  series: { request: { select: 'id IN (SELECT session_series())' }, command: { select: 'in_series(id)', insert: 'owner_authority_id = (SELECT session_authority())', update: 'in_series(id)' }, series: changing, minutes: reading },
  series_participant: ofSeries(),
  series_change: ofSeries(),
  series_substitute: ofSeries(),
  series_reply: ofSeries(`EXISTS (SELECT 1 FROM meeting m WHERE m.series_id = series_reply.series_id AND ${attends('m.id')})`),

  meeting: {
    request: { select: meeting },
    command: { select: or('in_circle(id)', meeting), insert: or('owner_authority_id = (SELECT session_authority())', 'in_series(series_id)'), update: 'in_circle(id)', delete: 'in_circle(id)' },
    insight: { 'select(id, kind_id, start_instant, duration_minutes, state)': 'EXISTS (SELECT 1 FROM meeting_participant p WHERE p.meeting_id = meeting.id)' },
    minutes: changing,
    series: changing,
    notices: reading,
    projector: { 'select(id, owner_authority_id)': all },
  },
  meeting_participant: ofMeeting(attends(), { live: reading, insight: { select: 'membership_id IN (SELECT o.id FROM membership o WHERE o.authority_id = (SELECT session_leads()))' } }),
  meeting_event: ofMeeting(attends()),
  meeting_reply: ofMeeting(attends()),
  attendance_entry: ofMeeting(attends(), { insight: { select: 'EXISTS (SELECT 1 FROM meeting m WHERE m.id = attendance_entry.meeting_id)' } }),

  agenda_item: {
    request: { select: reads('agenda_item', 'id') },
    command: {
      select: or('in_circle(meeting_id)', reads('agenda_item', 'id')),
      insert: and('in_circle(meeting_id)', noneOr('parent_id', 'in_circle_item(parent_id)'), noneOr('carried_from_item_id', 'in_circle_item(carried_from_item_id)')),
      update: and('in_circle(meeting_id)', noneOr('parent_id', 'in_circle_item(parent_id)'), noneOr('carried_from_item_id', 'in_circle_item(carried_from_item_id)')),
      delete: 'in_circle(meeting_id)',
    },
    minutes: changing,
    series: changing,
    projector: { select: all, 'update(title, changed_at)': all },
    notices: { 'select(id, meeting_id)': all },
    keeper: { select: all, update: all },
  },
  agenda_item_event: ofItem('agenda_item_event'),
  item_window: ofItem('item_window', { series: everything, notices: reading, live: reading, projector: reading }),
  // What a basis means is no secret to those who work; an authority sets its own.
  legal_basis_setting: { request: known, command: { select: signedIn, insert: 'authority_id = (SELECT session_authority())' }, series: reading, minutes: reading, notices: reading, projector: reading },
  item_audience: ofItem('item_audience', { series: everything }),
  item_reader: {
    // Her own, by which she reads; and who else reads what she reads.
    request: { select: or(and('membership_id = (SELECT session_reader())', 'valid_from IS NULL OR valid_from <= database_now()', 'valid_to IS NULL OR valid_to > database_now()'), 'reads_item(item_id)') },
    command: {
      select: or('in_circle_item(item_id)', 'answers_at_item(item_id)'),
      insert: 'in_circle_item(item_id)',
      delete: 'in_circle_item(item_id)',
    },
    collab: reading,
    live: reading,
    minutes: reading,
    notices: reading,
    series: everything,
  },
  content_key: {
    request: { select: sealed },
    command: { select: sealed, insert: signedIn, delete: parent('log_view', 'scope_id') },
    keeper: everything,
    collab: reading,
    projector: reading,
    minutes: reading,
    series: adding,
  },

  yjs_document: { request: { select: and(reads('yjs_document'), or('authority_id IS NULL', 'authority_id = (SELECT session_authority())', `EXISTS (SELECT 1 FROM preparation p WHERE p.id = yjs_document.id AND p.answer = 'released')`)) }, command: { select: 'in_circle_item(item_id)', insert: 'in_circle_item(item_id)', update: 'in_circle_item(item_id)' }, collab: { select: all, update: all }, minutes: { select: all, update: all }, series: adding, keeper: { select: all, update: all } },
  yjs_update: { request: { select: parent('yjs_document', 'document_id') }, command: { 'select(id, document_id, person_id)': parent('yjs_document', 'document_id'), insert: parent('yjs_document', 'document_id') }, collab: everything, series: { insert: all }, keeper: { select: all, delete: all } },
  yjs_client: { request: { select: parent('yjs_document', 'document_id') }, command: { select: parent('yjs_document', 'document_id') }, collab: adding },
  yjs_ticket: { collab: everything, keeper: { select: all, delete: all } },
  kek: { command: { select: signedIn, insert: signedIn, update: signedIn }, series: changing, collab: changing, keeper: everything },
  shredded_scope: { request: { select: sealed }, command: { select: sealed }, series: reading, collab: reading, minutes: reading, projector: reading, notices: reading, keeper: adding },
  cpr_dismissal: { command: { select: ownPerson, insert: and(ownPerson, parent('yjs_document', 'document_id')) }, projector: reading },
  cpr_finding: { projector: adding },

  decision: { request: { select: decision }, command: { select: or('in_circle_item(item_id)', decision), insert: and('in_circle_item(item_id)', 'in_circle(meeting_id)', noneOr('supersedes_id', 'in_circle_decision(supersedes_id)')), update: or('in_circle_item(item_id)', decision) }, minutes: reading, insight: {} },
  decision_event: { request: { select: parent('decision', 'decision_id') }, command: { select: parent('decision', 'decision_id'), insert: parent('decision', 'decision_id') } },
  follow_up: { request: { select: followUp }, command: { select: or('in_circle_item(item_id)', followUp), insert: and('in_circle_item(item_id)', 'in_circle(meeting_id)', noneOr('decision_id', 'in_circle_decision(decision_id)')), update: or('in_circle_item(item_id)', followUp) }, minutes: reading, notices: reading },
  follow_up_event: { request: { select: parent('follow_up', 'follow_up_id') }, command: { select: parent('follow_up', 'follow_up_id'), insert: parent('follow_up', 'follow_up_id') } },
  plan_step: ofItem('plan_step'),

  minutes_round: ofMeeting(attends()),
  minutes_part: ofMeeting(part('minutes_part')),
  minutes_snapshot: {
    request: { select: or(reads('minutes_snapshot', 'part_id'), `EXISTS (SELECT 1 FROM minutes_round r WHERE r.id = round_id AND r.meeting_id = part_id)`) },
    command: { select: parent('minutes_round', 'round_id'), insert: parent('minutes_round', 'round_id') },
    minutes: adding,
  },
  minutes_event: ofMeeting(or(`meeting_id = ANY (part_ids) AND ${attends()}`, 'EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = ANY (part_ids) AND r.membership_id = (SELECT session_reader()))')),
  minutes_addendum: ofMeeting(part('minutes_addendum')),

  notification: {
    request: { select: own },
    command: { select: or(own, 'in_circle(meeting_id)', parent('meeting', 'meeting_id')), insert: or('in_circle(meeting_id)', parent('meeting', 'meeting_id')), update: or(own, 'in_circle(meeting_id)', parent('meeting', 'meeting_id')), delete: or('in_circle(meeting_id)', parent('meeting', 'meeting_id')) },
    notices: everything,
    minutes: everything,
    series: everything,
  },
  notification_mute: { request: { select: ownPerson }, command: { select: signedIn, insert: ownPerson, delete: ownPerson }, notices: reading, minutes: reading, series: reading },
  log_view: { request: { select: own }, command: { select: own, insert: own, delete: own } },
  idempotency_key: { command: { select: ownPerson, insert: ownPerson } },
  demo_step: {},
};
