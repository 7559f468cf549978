import type { Request } from 'express';
import { objectKindOf } from '@lib/trail/trail.service.js';
import type { Act } from '@lib/trail/trail.js';
import { trailRoutes } from './trail-routes.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Where a page begins and how long it is says nothing about what is looked for. */
const paging = new Set(['cursor', 'limit', 'sort', 'format', 'standard']);

/** What a request that has found its route is about to do, as the access trail tells it. */
export function actOf(request: Request): Act {
  const path = (request.route as { path: string }).path.replace(/^\/api\/v1/, '').replace(/:(\w+)/g, '{$1}');
  const route = `${request.method === 'HEAD' ? 'GET' : request.method} ${path}`;
  const line = trailRoutes[route];
  const id = request.params.id;
  const [, noun = '', inner = ''] = path.split('/');
  const kind = objectKindOf[noun === 'audit' ? inner : noun];
  const act = line === undefined || 'reason' in line ? ({ kind: 'list', rule: null } as const) : line;
  return {
    ...act,
    route,
    object: kind === undefined || typeof id !== 'string' || !uuid.test(id) ? null : { kind, id: id.toLowerCase() },
    criterion: criterionOf(act.kind, request),
  };
}

/** What was looked for, as JSON; null where nothing was. */
function criterionOf(kind: Act['kind'], request: Request): string | null {
  if (!['list', 'search', 'export', 'audit'].includes(kind)) return null;
  const given = (kind === 'search' || (kind === 'audit' && request.method === 'POST') ? request.body : request.query) as Record<string, unknown> | undefined;
  const said = Object.entries(given ?? {}).filter(([name]) => !paging.has(name));
  return said.length === 0 ? null : JSON.stringify(Object.fromEntries(said));
}
