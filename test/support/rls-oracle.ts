/** A row as the owner of the database sees it. */
export type Row = Record<string, unknown>;
export type Tables = Map<string, Row[]>;

/** By what a row is told from others of its table: by all of it, but where a command is granted some columns alone, or a job changes it meanwhile. */
export const keyOf = (table: string): string =>
  ['person', 'session', 'yjs_document', 'yjs_update'].includes(table) ? 't.id::text' : table === 'guest_link' ? 't.membership_id::text' : 't::text';

/** Whose session it is, as its row says. */
export interface Asker {
  membershipId: string;
  personId: string;
}

/**
 * Which rows a session may see, from the rows alone: said once more in plain words, with nothing of the policy module, of
 * `item_reader` or of the database's own policies.
 */
export function oracle(tables: Tables, asker: Asker): Record<string, (row: Row) => boolean> {
  const all = (table: string) => tables.get(table) ?? [];
  const membership = all('membership').find((one) => one.id === asker.membershipId)!;
  const worksWithContent = ['coordinator', 'participant', 'leader'].includes(membership.role as string);
  const authorityOf = new Map(all('membership').map((one) => [one.id, one.authority_id]));
  const personOf = new Map(all('membership').map((one) => [one.id, one.person_id]));
  const mine = (row: Row) => worksWithContent && row.membership_id === asker.membershipId;
  const ids = (rows: readonly Row[], column: string) => new Set(rows.map((row) => row[column]));

  // [AC50] In the time of whoever asks, at the meeting and at the item.
  const isOpen = (row: Row) => (row.valid_from === null || (row.valid_from as Date) <= new Date()) && (row.valid_to === null || (row.valid_to as Date) > new Date());
  const meetings = ids(all('meeting_participant').filter((row) => mine(row) && isOpen(row)), 'meeting_id');
  const series = ids(all('series_participant').filter(mine), 'series_id');
  const named = (item: Row) => all('item_audience').filter((one) => one.item_id === item.id);
  const isOpenTo = (item: Row, membershipId: unknown) =>
    item.audience_kind === 'all' || named(item).some((one) => one.subject_id === (one.subject_kind === 'authority' ? authorityOf.get(membershipId) : personOf.get(membershipId)));
  // [AC60] The basis of an item admits sectors, whatever its audience says.
  const sectorOf = new Map(all('authority').map((one) => [one.id, one.sector]));
  const admits = (item: Row, sector: unknown) => item.admitted_sectors === null || (item.admitted_sectors as unknown[]).includes(sector);
  // [AC50] Times that were set at an item for her authority or for her; [AC17] and for whoever sent her to its meeting.
  const senderAt = new Map(all('meeting_participant').filter(mine).map((row) => [row.meeting_id, personOf.get(row.stands_in_for_membership_id)]));
  const concerns = (time: Row, item: Row) => (time.subject_kind === 'authority' ? time.subject_id === membership.authority_id : [asker.personId, senderAt.get(item.meeting_id)].includes(time.subject_id));
  const isInTime = (item: Row) => all('item_window').every((time) => time.item_id !== item.id || !concerns(time, item) || isOpen(time));
  const items = ids(all('agenda_item').filter((item) => meetings.has(item.meeting_id) && admits(item, sectorOf.get(membership.authority_id)) && isOpenTo(item, asker.membershipId) && isInTime(item)), 'id');
  const leads = (authorityId: unknown) => membership.role === 'leader' && membership.authority_id === authorityId;

  // [AC100] A guest: her one meeting, and of its items what she is invited to and admitted to by name or with all.
  const isLiving = (guest: Row) => guest.revoked_at === null && (guest.valid_from as Date) <= new Date() && (guest.valid_to as Date) > new Date();
  const visit = all('guest').find((one) => one.membership_id === asker.membershipId && isLiving(one));
  const visited = ids(visit === undefined ? [] : all('agenda_item').filter((item) => item.meeting_id === visit.meeting_id && (visit.item_id ?? item.id) === item.id && admits(item, visit.sector) && isOpenTo(item, asker.membershipId)), 'id');
  const guests = all('guest').filter((one) => one.membership_id === asker.membershipId || (one.item_id === null ? meetings.has(one.meeting_id) : items.has(one.item_id)));
  const isMember = membership.role !== 'guest';

  const decision = (row: Row) => items.has(row.item_id) || leads(row.deciding_authority_id);
  const followUp = (row: Row) => items.has(row.item_id) || (worksWithContent && row.owner_membership_id === asker.membershipId) || leads(authorityOf.get(row.owner_membership_id));
  const decisions = all('decision').filter(decision);
  const followUps = all('follow_up').filter(followUp);
  const headlines = new Set([...meetings, ...ids(decisions.filter((row) => leads(row.deciding_authority_id)), 'meeting_id'), ...ids(followUps.filter((row) => row.owner_membership_id === asker.membershipId || leads(authorityOf.get(row.owner_membership_id))), 'meeting_id')]);
  const preparation = (row: Row) => items.has(row.item_id) && (row.authority_id === membership.authority_id || row.answer !== 'open');
  const released = ids(all('preparation').filter((row) => row.answer === 'released'), 'id');
  const document = (row: Row) => items.has(row.item_id) && (row.authority_id === null || row.authority_id === membership.authority_id || released.has(row.id));
  const documents = ids(all('yjs_document').filter(document), 'id');
  const ownViews = ids(all('log_view').filter((row) => row.membership_id === asker.membershipId), 'id');
  // [AC33] Her own; and of meetings that she coordinates, not in a participant's place, what waits or was declined.
  const roleOf = new Map(all('membership').map((one) => [one.id, one.role]));
  const coordinated = ids(all('meeting_participant').filter((row) => mine(row) && isOpen(row) && membership.role === 'coordinator' && (row.stands_in_for_membership_id === null || roleOf.get(row.stands_in_for_membership_id) === 'coordinator')), 'meeting_id');
  const proposal = (row: Row) =>
    (meetings.has(row.meeting_id) && row.proposed_by_membership_id === asker.membershipId) ||
    (coordinated.has(row.meeting_id) && ['waiting', 'declined'].includes(row.state as string) && (row.admitted_sectors === null || (row.admitted_sectors as string[]).includes(sectorOf.get(membership.authority_id) as string)));
  const proposals = ids(all('item_proposal').filter((row) => proposal(row) && row.state !== 'accepted'), 'id');
  const meetingSeries = ids(all('meeting').filter((row) => meetings.has(row.id)), 'series_id');
  const meetingOfRound = new Map(all('minutes_round').map((row) => [row.id, row.meeting_id]));

  // [AC73] Who reads an item or a child of it, or answers for a decision or promise of them.
  const embargo = (row: Row) => {
    const concerned = ids(all('agenda_item').filter((item) => item.id === row.item_id || item.parent_id === row.item_id), 'id');
    return [...concerned].some((id) => items.has(id)) || [...all('decision'), ...all('follow_up')].some((one) => concerned.has(one.item_id) && (leads(one.deciding_authority_id ?? authorityOf.get(one.owner_membership_id)) || (worksWithContent && one.owner_membership_id === asker.membershipId)));
  };
  const scopes = new Set([...proposals, ...items, ...visited, ...(visit === undefined ? [] : [visit.meeting_id]), ...headlines, ...series, ...ownViews, ...ids(decisions, 'item_id'), ...ids(followUps, 'item_id'), ...ids(all('embargo').filter(embargo), 'item_id')]);

  const anyone = () => true;
  const nobody = () => false;
  const ofMeeting = (row: Row) => meetings.has(row.meeting_id);
  const ofItem = (row: Row) => items.has(row.item_id);
  const ofSeries = (row: Row) => series.has(row.series_id);
  const ofDocument = (row: Row) => documents.has(row.document_id);
  const part = (row: Row) => items.has(row.part_id) || (row.part_id === row.meeting_id && meetings.has(row.meeting_id));
  const own = (row: Row) => row.membership_id === asker.membershipId;

  const ownPlan = (row: Row) => membership.role === 'coordinator' && row.authority_id === membership.authority_id;
  const mayLookUp = () => worksWithContent || membership.role === 'administrator';

  // [AC112] One on a whole meeting is known to those who take part, one on an item to its readers.
  const hold = (row: Row) => (row.item_id === null ? meetings.has(row.meeting_id) : items.has(row.item_id));

  return {
    authority: anyone, authority_relation: anyone,
    person: (row) => (row.guest !== true && isMember) || row.id === asker.personId || guests.some((one) => one.person_id === row.id),
    membership: (row) => (row.role !== 'guest' && isMember) || row.id === asker.membershipId || guests.some((one) => one.membership_id === row.id),
    guest: (row) => guests.includes(row), guest_link: nobody, guest_event: (row) => guests.some((one) => one.membership_id === row.membership_id),
    account: nobody, provisioning_client: nobody, provisioning_token: nobody, external_id: nobody, admin_event: nobody,
    session: nobody, identity: nobody, person_external_id: nobody, first_administrator_link: nobody, sign_in_transaction: nobody, logout_token_seen: nobody, installation: nobody,
    series: (row) => series.has(row.id), series_participant: ofSeries, series_change: ofSeries, series_substitute: ofSeries,
    series_reply: (row) => ofSeries(row) || meetingSeries.has(row.series_id),
    meeting: (row) => headlines.has(row.id) || row.id === visit?.meeting_id, meeting_participant: ofMeeting, meeting_event: ofMeeting, meeting_reply: ofMeeting, attendance_entry: ofMeeting,
    agenda_item: (row) => items.has(row.id) || visited.has(row.id), agenda_item_event: ofItem, item_audience: ofItem,
    item_reader: (row) => ofItem(row) || (row.membership_id === asker.membershipId && visited.has(row.item_id)), item_window: ofItem, legal_basis_setting: anyone, preparation, preparation_event: (row) => ids(all('preparation').filter(preparation), 'id').has(row.preparation_id),
    item_proposal: proposal, embargo, embargo_event: (row) => ids(all('embargo').filter(embargo), 'id').has(row.embargo_id),
    content_key: (row) => scopes.has(row.scope_id), shredded_scope: (row) => scopes.has(row.scope_id), kek: nobody, disclosure: nobody,
    trail_entry: nobody, trail_key: nobody, trail_checkpoint: nobody, trail_sample: nobody, trail_sample_entry: nobody, trail_verdict: nobody,
    yjs_document: document, yjs_update: ofDocument, yjs_client: ofDocument, yjs_ticket: nobody, cpr_dismissal: nobody, cpr_finding: nobody,
    decision, decision_event: (row) => ids(decisions, 'id').has(row.decision_id),
    follow_up: followUp, follow_up_event: (row) => ids(followUps, 'id').has(row.follow_up_id), plan_step: ofItem,
    minutes_round: ofMeeting, minutes_part: part, minutes_addendum: part,
    minutes_snapshot: (row) => part({ ...row, meeting_id: meetingOfRound.get(row.round_id) }),
    minutes_event: (row) => (row.part_ids as string[]).some((id) => items.has(id) || (id === row.meeting_id && meetings.has(id))),
    filing: ofMeeting, retention_run: ofMeeting, retention_event: ofMeeting, legal_hold: hold, retention_rule: (row) => row.authority_id === membership.authority_id,
    notification: own, notification_mute: (row) => row.person_id === asker.personId, log_view: own, idempotency_key: nobody, demo_step: nobody, outbox: nobody,
    meeting_mail: nobody, mail_due: nobody, mail_received: nobody, mail_choice: (row) => isMember && row.person_id === asker.personId,
    busy_calendar: (row) => isMember && row.person_id === asker.personId,
    poll: ofMeeting, poll_outsider: (row) => coordinated.has(row.meeting_id), poll_ballot: (row) => coordinated.has(row.meeting_id) || (mine(row) && meetings.has(row.meeting_id)),
    calendar_feed: (row) => isMember && row.person_id === asker.personId,
    // [AC150]
    year_plan: ownPlan, year_plan_version: (row) => all('year_plan').some((one) => one.id === row.plan_id && ownPlan(one)),
    // [AC140]
    contact_entry: mayLookUp, contact_version: mayLookUp,
  };
}
