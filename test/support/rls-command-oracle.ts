import { oracle, type Asker, type Row, type Tables } from './rls-oracle.js';

/** What a command of a session may do with a row that stands already, or stood until this transaction. */
export interface CommandRules {
  select?: (row: Row) => boolean;
  insert?: (row: Row) => boolean;
  update?: (row: Row) => boolean;
  delete?: (row: Row) => boolean;
}

/**
 * What a command may see and change (docs/rls.md, “the circle”), from the rows alone and in plain words, as {@link oracle}
 * says it of reading. What is not named is not allowed.
 */
export function commandOracle(tables: Tables, asker: Asker): Record<string, CommandRules> {
  const all = (table: string) => tables.get(table) ?? [];
  const reads = oracle(tables, asker);
  const membership = all('membership').find((one) => one.id === asker.membershipId)!;
  const works = ['coordinator', 'participant', 'leader'].includes(membership.role as string);
  const mine = (row: Row) => works && row.membership_id === asker.membershipId;
  const ids = (rows: readonly Row[], column: string) => new Set(rows.map((row) => row[column]));
  const by = (table: string) => new Map(all(table).map((row) => [row.id, row]));

  const series = ids(all('series_participant').filter(mine), 'series_id');
  const isOpen = (row: Row) => (row.valid_from === null || (row.valid_from as Date) <= new Date()) && (row.valid_to === null || (row.valid_to as Date) > new Date());
  const attended = ids(all('meeting_participant').filter((row) => mine(row) && isOpen(row)), 'meeting_id');
  const meetings = ids(all('meeting').filter((row) => attended.has(row.id) || series.has(row.series_id)), 'id');
  const items = ids(all('agenda_item').filter((row) => meetings.has(row.meeting_id)), 'id');
  const decisionRows = by('decision');
  const authorityOf = new Map(all('membership').map((one) => [one.id, one.authority_id]));
  const leads = (authorityId: unknown) => membership.role === 'leader' && membership.authority_id === authorityId;

  const inSeries = (row: Row) => series.has(row.series_id);
  const ofMeeting = (row: Row) => meetings.has(row.meeting_id);
  const ofItem = (row: Row) => items.has(row.item_id);
  const own = (row: Row) => row.membership_id === asker.membershipId;
  const ownPerson = (row: Row) => row.person_id === asker.personId;
  const ownFeed = (row: Row) => membership.role !== 'guest' && ownPerson(row);
  const anyone = () => true;
  const nullOr = (value: unknown, condition: (value: unknown) => boolean) => value === null || condition(value);
  const either = (...conditions: ((row: Row) => boolean)[]) => (row: Row) => conditions.some((condition) => condition(row));
  const meetingOrRead = (table: string): CommandRules => ({ select: either(ofMeeting, reads[table]!), insert: ofMeeting, update: ofMeeting, delete: ofMeeting });
  // [AC6] Of the meeting itself, or of items in the circle.
  const ofPart = (row: Row) => ofMeeting(row) && ((row.part_ids as unknown[] | undefined) ?? [row.part_id]).every((id) => id === row.meeting_id || items.has(id));
  const partOrRead = (table: string): CommandRules => ({ ...meetingOrRead(table), insert: ofPart, update: ofPart });
  const itemOnly: CommandRules = { select: ofItem, insert: ofItem, update: ofItem, delete: ofItem };
  const seriesOrRead = (table: string): CommandRules => ({ select: either(inSeries, reads[table]!), insert: inSeries, update: inSeries, delete: inSeries });

  const place = (row: Row) => ofMeeting(row) && nullOr(row.parent_id, (id) => items.has(id)) && nullOr(row.carried_from_item_id, (id) => items.has(id));
  // One that was carried from a meeting of the series is changed also by who was not there.
  const seriesOf = new Map(all('meeting').map((row) => [row.id, row.series_id]));
  const itemRows = by('agenda_item');
  const changed = (row: Row) =>
    ofMeeting(row) && nullOr(row.parent_id, (id) => items.has(id)) && nullOr(row.carried_from_item_id, (id) => seriesOf.get(row.meeting_id) !== null && seriesOf.get(itemRows.get(id)?.meeting_id) === seriesOf.get(row.meeting_id));
  // [AC100] A guest's commands see nothing of what she reads but its words.
  const isMember = membership.role !== 'guest';
  const meeting = (row: Row) => meetings.has(row.id) || (isMember && reads.meeting!(row));
  const decision = either(ofItem, reads.decision!);
  const followUp = either(ofItem, reads.follow_up!);
  const shownDecisions = ids(all('decision').filter(decision), 'id');
  const shownFollowUps = ids(all('follow_up').filter(followUp), 'id');
  const shownMeetings = ids(all('meeting').filter(meeting), 'id');
  const decided = (id: unknown) => items.has(decisionRows.get(id)?.item_id);
  const answersAt = (row: Row) =>
    all('decision').some((one) => one.item_id === row.item_id && leads(one.deciding_authority_id)) ||
    (works && all('follow_up').some((one) => one.item_id === row.item_id && (one.owner_membership_id === asker.membershipId || leads(authorityOf.get(one.owner_membership_id)))));
  // [AC100] A guest says of what she reads that a number is none.
  const document = either(ofItem, (row) => membership.role === 'guest' && row.authority_id === null && reads.agenda_item!({ id: row.item_id }));
  const documents = ids(all('yjs_document').filter(document), 'id');
  const ofDocument = (row: Row) => documents.has(row.document_id);
  const preparation = reads.preparation!;
  const preparations = by('preparation');
  const readItems = ids(all('agenda_item').filter((row) => isMember && reads.agenda_item!(row)), 'id');
  const ownSide = (row: Row) => readItems.has(row.item_id) && row.authority_id === membership.authority_id;
  // [EM3] One that is lifted is lifted wherever its item was carried.
  const lines = ids(all('embargo').filter(reads.embargo!), 'origin_id');
  const embargo = (row: Row) => lines.has(row.origin_id);
  const embargoes = ids(all('embargo').filter(embargo), 'id');
  const told = either(ofMeeting, (row) => shownMeetings.has(row.meeting_id));
  // [NO10] Whom she tells of herself is herself, in each of her roles.
  const personOf = new Map(all('membership').map((one) => [one.id, one.person_id]));
  const warned = (row: Row) => row.meeting_id === null && personOf.get(row.membership_id) === asker.personId;
  // [AC33] Whoever proposed it, and who coordinates the meeting, also when it is settled.
  const sectorOf = new Map(all('authority').map((one) => [one.id, one.sector]));
  const roleOf = new Map(all('membership').map((one) => [one.id, one.role]));
  const coordinated = ids(all('meeting_participant').filter((row) => mine(row) && isOpen(row) && membership.role === 'coordinator' && (row.stands_in_for_membership_id === null || roleOf.get(row.stands_in_for_membership_id) === 'coordinator')), 'meeting_id');
  const proposedBy = (row: Row) => works && attended.has(row.meeting_id) && row.proposed_by_membership_id === asker.membershipId;
  const admitted = (row: Row) => row.admitted_sectors === null || (row.admitted_sectors as string[]).includes(sectorOf.get(membership.authority_id) as string);
  const proposal = either(proposedBy, (row) => coordinated.has(row.meeting_id) && admitted(row));
  const scopes = new Set([...ids(all('item_proposal').filter((row) => proposal(row) && row.state !== 'accepted'), 'id'), ...items, ...meetings, ...series, ...ids(all('busy_calendar').filter(ownFeed), 'id'), ...ids(all('content_key').filter(reads.content_key!), 'scope_id'), ...ids(all('embargo').filter(embargo), 'item_id')]);

  const ledMeeting = (row: Row) => coordinated.has(row.meeting_id);
  const ownBallot = (row: Row) => mine(row) && attended.has(row.meeting_id);
  const meetingOfPoll = new Map(all('poll').map((row) => [row.id, row.meeting_id]));
  const ofItsPoll = (row: Row) => meetingOfPoll.get(row.poll_id) === row.meeting_id;

  // [AC100] Guests are known to the circle of their meeting alone.
  const guests = all('guest').filter(either((row) => row.membership_id === asker.membershipId, ofMeeting));
  const guestOf = (row: Row) => all('guest').some((one) => one.membership_id === row.membership_id && ofMeeting(one));
  const invited = (row: Row) =>
    ofMeeting(row) && nullOr(row.item_id, (id) => items.has(id)) && all('membership').some((one) => one.id === row.membership_id && one.person_id === row.person_id && one.role === 'guest');
  const ownAuthority = (row: Row) => row.authority_id === membership.authority_id;
  const setsContacts = membership.role === 'coordinator' || membership.role === 'administrator';
  const ownMember = (id: unknown) => authorityOf.get(id) === membership.authority_id;
  const known = (isGuest: boolean, key: string, id: unknown) => (!isGuest && isMember) || guests.some((one) => one[key] === id);

  return {
    authority: { select: anyone }, authority_relation: { select: anyone },
    person: { select: (row) => known(row.guest === true, 'person_id', row.id), insert: (row) => works && row.guest === true },
    membership: {
      select: (row) => known(row.role === 'guest', 'membership_id', row.id),
      insert: (row) => works && row.role === 'guest' && ['guest:school', 'guest:other'].includes(row.authority_id as string),
      update: (row) => row.role === 'guest' && guestOf({ membership_id: row.id }),
    },
    // What it asks of sessions is whose guests' they are, to end them.
    session: { select: guestOf, update: guestOf },
    guest: { select: (row) => guests.includes(row), insert: invited, update: invited },
    guest_link: { select: guestOf, insert: guestOf, delete: guestOf }, guest_event: { select: (row) => guests.some((one) => one.membership_id === row.membership_id), insert: guestOf },
    filing: { select: ofMeeting, insert: (row) => ofMeeting(row) && ownAuthority(row) },
    retention_rule: { select: ownAuthority, insert: ownAuthority },
    retention_run: { select: ofMeeting, update: (row) => ofMeeting(row) && row.owner_authority_id === membership.authority_id && ['announced', 'firstConfirmed', 'confirmed'].includes(row.state as string) },
    retention_event: { select: ofMeeting, insert: (row) => ofMeeting(row) && own(row) && ['firstConfirmed', 'confirmed'].includes(row.kind as string) },
    legal_hold: { select: reads.legal_hold!, insert: (row) => ofMeeting(row) && ownAuthority(row) && nullOr(row.item_id, (id) => readItems.has(id)), update: (row) => reads.legal_hold!(row) && ownAuthority(row) },
    series: { select: (row) => series.has(row.id), insert: (row) => row.owner_authority_id === membership.authority_id, update: (row) => series.has(row.id) },
    series_participant: seriesOrRead('series_participant'), series_change: seriesOrRead('series_change'), series_substitute: seriesOrRead('series_substitute'), series_reply: seriesOrRead('series_reply'),
    meeting: { select: meeting, insert: (row) => row.owner_authority_id === membership.authority_id || inSeries(row), update: (row) => meetings.has(row.id), delete: (row) => meetings.has(row.id) },
    meeting_participant: meetingOrRead('meeting_participant'), meeting_event: meetingOrRead('meeting_event'), meeting_reply: meetingOrRead('meeting_reply'), attendance_entry: meetingOrRead('attendance_entry'),
    agenda_item: { select: either(ofMeeting, (row) => isMember && reads.agenda_item!(row)), insert: place, update: changed, delete: ofMeeting },
    item_proposal: { select: proposal, insert: proposedBy, update: proposal },
    agenda_item_event: itemOnly, item_window: itemOnly, item_audience: itemOnly, plan_step: itemOnly,
    item_reader: { select: either(ofItem, answersAt), insert: ofItem, delete: ofItem },
    legal_basis_setting: { select: anyone, insert: (row) => row.authority_id === membership.authority_id },
    content_key: { select: (row) => scopes.has(row.scope_id), insert: anyone, delete: (row) => ids([...all('log_view').filter(own), ...all('busy_calendar').filter(ownFeed)], 'id').has(row.scope_id) },
    shredded_scope: { select: (row) => scopes.has(row.scope_id) },
    kek: { select: anyone, insert: anyone, update: anyone },
    yjs_document: { select: document, insert: ofItem, update: ofItem }, yjs_update: { select: ofDocument, insert: ofDocument }, yjs_client: { select: ofDocument },
    cpr_dismissal: { select: ownPerson, insert: (row) => ownPerson(row) && ofDocument(row) },
    decision: { select: decision, insert: (row) => ofItem(row) && ofMeeting(row) && nullOr(row.supersedes_id, decided), update: decision },
    decision_event: { select: (row) => shownDecisions.has(row.decision_id), insert: (row) => shownDecisions.has(row.decision_id) },
    follow_up: { select: followUp, insert: (row) => ofItem(row) && ofMeeting(row) && nullOr(row.decision_id, decided), update: followUp },
    follow_up_event: { select: (row) => shownFollowUps.has(row.follow_up_id), insert: (row) => shownFollowUps.has(row.follow_up_id) },
    minutes_round: meetingOrRead('minutes_round'), minutes_part: partOrRead('minutes_part'), minutes_event: partOrRead('minutes_event'), minutes_addendum: partOrRead('minutes_addendum'),
    minutes_snapshot: { select: (row) => meetings.has(by('minutes_round').get(row.round_id)?.meeting_id) || reads.minutes_round!({ meeting_id: by('minutes_round').get(row.round_id)?.meeting_id }), insert: (row) => ofPart({ ...row, meeting_id: by('minutes_round').get(row.round_id)?.meeting_id }) },
    notification: { select: either(own, told), insert: either(told, warned), update: either(own, told), delete: told },
    notification_mute: { select: anyone, insert: ownPerson, delete: ownPerson },
    log_view: { select: own, insert: own, delete: own },
    idempotency_key: { select: ownPerson, insert: ownPerson },
    mail_choice: { select: ownFeed, insert: ownFeed, update: ownFeed },
    busy_calendar: { select: ownFeed, insert: (row) => ownFeed(row) && row.authority_id === membership.authority_id, update: ownFeed, delete: ownFeed },
    calendar_feed: { select: ownFeed, insert: ownFeed, update: ownFeed, delete: ownFeed },
    // [AC141] An authority's own coordinators and administrators, with its own people, in their own name.
    contact_entry: { select: reads.contact_entry!, insert: (row) => setsContacts && ownAuthority(row) },
    contact_version: {
      select: reads.contact_version!,
      insert: (row) =>
        setsContacts && row.set_by_membership_id === asker.membershipId && all('contact_entry').some((one) => one.id === row.entry_id && ownAuthority(one)) && nullOr(row.membership_id, ownMember) && (row.substitutes as unknown[]).every(ownMember),
    },
    // [AC150] In her own name.
    year_plan: { select: reads.year_plan!, insert: reads.year_plan!, delete: reads.year_plan! },
    year_plan_version: { select: reads.year_plan_version!, insert: (row) => reads.year_plan_version!(row) && row.set_by_membership_id === asker.membershipId, update: reads.year_plan_version!, delete: reads.year_plan_version! },
    preparation: { select: preparation, insert: ownSide, update: ownSide },
    preparation_event: { select: (row) => preparations.has(row.preparation_id) && preparation(preparations.get(row.preparation_id)!), insert: (row) => own(row) && preparations.has(row.preparation_id) && ownSide(preparations.get(row.preparation_id)!) },
    embargo: { select: embargo, insert: (row) => readItems.has(row.item_id), update: embargo },
    embargo_event: { select: (row) => embargoes.has(row.embargo_id), insert: (row) => embargoes.has(row.embargo_id) },
    // [AC130, AC131] A poll is its coordinators', an answer one's own.
    poll: { select: (row) => attended.has(row.meeting_id), insert: ledMeeting, update: ledMeeting },
    poll_outsider: { select: ledMeeting, insert: (row) => ledMeeting(row) && ofItsPoll(row), update: ledMeeting, delete: ledMeeting },
    poll_ballot: { select: either(ledMeeting, ownBallot), insert: (row) => ownBallot(row) && ofItsPoll(row) },
    disclosure: { insert: () => works },
  };
}
