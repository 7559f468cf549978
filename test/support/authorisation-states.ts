import type { ItemState } from '@lib/contracts/enums.js';
import type { Place, Scene } from './authorisation-scene.js';
import { coordinates, coordinatesInside, decision, embargo, frame, inside, row, sent, takesPart, type Row } from './authorisation-table.js';
import { planStep } from './authorisation-scene.js';
import { eksempelby } from './test-server.js';

/** The matrix once more in each state that an item can be in: reading goes on in all of them, writing in some (AC7, AC30, AC61, AC62). */
type Before = NonNullable<Row['before']>;

const becomes = (state: ItemState | 'withoutBasis'): Before => (scene: Scene, place: Place) => scene.becomes(place, state);
const [done, omitted, withdrawn, carried, moved, withoutBasis] = (['done', 'omitted', 'withdrawn', 'carried', 'moved', 'withoutBasis'] as const).map(becomes) as [Before, Before, Before, Before, Before, Before];

// The columns:                  nobody coordinator caseworker officer left leader policeLeader stranger administrator auditor [guest writer]
const nobodyWrites = /*       */ 'in not not not no no no no no no';
const nobodyWritesClosed = /* */ 'in not not no no no no no no no';
const standsStill = /*        */ 'in 409 not not no no no no no no';

const reading = (before: Before): Row[] => [
  row('GET /items/:id', 'open', takesPart, { before }),
  row('GET /items/:id', 'closed', inside, { before }),
  row('GET /items/:id/decisions', 'closed', inside, { before }),
  row('POST /documents/:id/ticket', 'open', `${takesPart} ok ok`, { before }),
  row('POST /documents/:id/ticket', 'closed', inside, { before }),
];
const promise = (scene: Scene) => ({ text: 'Skriver', ownerPersonId: scene.who.caseworker.person.id, deadline: '2026-12-24' });
const state = (to: ItemState) => ({ body: () => ({ state: to }) });
const narrower = () => ({ kind: 'restricted', authorityIds: [eksempelby], personIds: [] });

export const stateRows: readonly Row[] = [
  ...[done, omitted, withdrawn, carried, moved, withoutBasis, sent].flatMap(reading),

  row('POST /items/:id/decisions', 'open', takesPart, { before: done, body: decision }),
  row('PUT /items/:id/state', 'open', coordinates, { before: done, ...state('open') }),
  row('PUT /items/:id/state', 'closed', coordinatesInside, { before: omitted, ...state('open') }),
  row('POST /items/:id/follow-ups', 'closed', inside, { before: carried, body: promise }),
  row('PUT /items/:id/state', 'open', standsStill, { before: carried, ...state('open') }),
  row('PUT /items/:id/state', 'closed', 'in 409 not no no no no no no no', { before: carried, ...state('open') }),

  // What was taken off the agenda or moved takes no words (AC7); closed it can be at any time (AC8).
  ...[withdrawn, moved, withoutBasis].flatMap((before) => [
    row('POST /items/:id/decisions', 'open', nobodyWrites, { before, body: decision }),
    row('POST /items/:id/decisions', 'closed', nobodyWritesClosed, { before, body: decision }),
    row('POST /items/:id/follow-ups', 'open', nobodyWrites, { before, body: promise }),
    row('POST /items/:id/plan-steps', 'open', nobodyWrites, { before, body: (scene) => planStep(scene.who.caseworker) }),
    row('PUT /items/:id/audience', 'open', coordinates, { before, body: narrower }),
  ]),
  row('PUT /items/:id/state', 'open', coordinates, { before: withdrawn, ...state('open') }),
  row('PUT /items/:id/frame', 'open', standsStill, { before: withdrawn, body: frame }),
  row('PUT /items/:id/state', 'open', nobodyWrites, { before: moved, ...state('open') }),
  row('PUT /items/:id/frame', 'open', nobodyWrites, { before: moved, body: frame }),
  row('PUT /items/:id/frame', 'closed', nobodyWritesClosed, { before: moved, body: frame }),
  row('POST /items/:id/embargoes', 'open', takesPart, { before: moved, body: embargo }),

  // Sent for approval, and no change of the item asked for.
  row('POST /items/:id/follow-ups', 'open', nobodyWrites, { before: sent, body: promise }),
  row('POST /items/:id/plan-steps', 'open', nobodyWrites, { before: sent, body: (scene) => planStep(scene.who.caseworker) }),
  row('POST /items/:id/decisions', 'closed', nobodyWritesClosed, { before: sent, body: decision }),
  row('PUT /items/:id/frame', 'open', nobodyWrites, { before: sent, body: frame }),
  row('PUT /items/:id/state', 'closed', nobodyWritesClosed, { before: sent, ...state('done') }),
  row('PUT /items/:id/audience', 'open', coordinates, { before: sent, body: narrower }),
  row('POST /items/:id/embargoes', 'closed', inside, { before: sent, body: embargo }),
];
