import type { AgendaState, Confidentiality, ItemState, MeetingState, MinutesState, OutputType, Sector } from '@lib/contracts/enums.js';
import type { Audience } from '@lib/access/policy.js';
import type { AgendaPlace } from './agenda.js';

export interface MeetingRow {
  id: string;
  series_id: string | null;
  kind_id: string;
  owner_authority_id: string;
  title: Uint8Array;
  place: Uint8Array | null;
  video_link: Uint8Array | null;
  recurrence_id: string | null;
  start_local: string;
  time_zone: string;
  start_instant: Date;
  duration_minutes: number;
  state: MeetingState;
  agenda_state: AgendaState;
  minutes_state: MinutesState;
  minutes_reopened: boolean;
  version: number;
}

export interface ItemRow {
  id: string;
  meeting_id: string;
  document_id: string;
  parent_id: string | null;
  order_key: string;
  planned_minutes: number;
  output_type: OutputType;
  confidentiality: Confidentiality;
  mandatory: boolean;
  per_person: boolean;
  audience_kind: 'all' | 'restricted';
  legal_basis_id: string | null;
  legal_basis_version: string | null;
  admitted_sectors: Sector[] | null;
  title: Uint8Array;
  led_by: Uint8Array;
  lead_membership_id: string | null;
  section: Uint8Array | null;
  case_reference: Uint8Array | null;
  state: ItemState;
  version: number;
  from_template: boolean;
  carried_from_item_id: string | null;
  moved_from_item_id: string | null;
  changed_at: Date | null;
  created_at: Date;
  minutes_reopened: boolean;
}

export const endOf = (row: Pick<MeetingRow, 'start_instant' | 'duration_minutes'>) => new Date(row.start_instant.getTime() + row.duration_minutes * 60_000);

/** An item that says it is narrowed but names nobody is open to nobody. */
export const nobody: Audience = { kind: 'restricted', authorityIds: [], personIds: [] };

/** What the place of an item in its agenda depends on. */
export const placeOf = (row: ItemRow): AgendaPlace => ({ id: row.id, parentId: row.parent_id, orderKey: row.order_key, plannedMinutes: row.planned_minutes, state: row.state });
