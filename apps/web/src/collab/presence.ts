import { useSyncExternalStore } from 'react';
import { inOrder } from '../i18n/order.js';
import type { SamraadProvider } from './provider.js';

/** What the server writes about the person behind a connection. */
export interface Presence {
  name: string;
  authority: string;
  color: string;
}

/** Awareness comes over a socket: anything may be missing, and a colour goes into a style. */
export function readPresence(user: unknown): Presence | null {
  if (typeof user !== 'object' || user === null) return null;
  const { name, authority, color } = user as Record<string, unknown>;
  if (typeof name !== 'string' || name === '') return null;
  const authorityName = typeof authority === 'object' && authority !== null ? (authority as { name?: unknown }).name : authority;
  return {
    name,
    authority: typeof authorityName === 'string' ? authorityName : '',
    color: typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : '#454545',
  };
}

function others(provider: SamraadProvider): Presence[] {
  const people = new Map<string, Presence>();
  for (const [clientId, state] of provider.awareness.getStates()) {
    const person = clientId === provider.doc.clientID ? null : readPresence(state.user);
    // Two tabs of one person are one person.
    if (person) people.set(`${person.name} ${person.authority}`, person);
  }
  return [...people.values()].toSorted((a, b) => inOrder(a.name, b.name));
}

/** The others who have the document open, by name. The provider must have been loaded. */
export function useOthers(provider: SamraadProvider): Presence[] {
  const snapshot = useSyncExternalStore(
    (listener) => {
      provider.awareness.on('change', listener);
      return () => provider.awareness.off('change', listener);
    },
    () => JSON.stringify(others(provider)),
  );
  return JSON.parse(snapshot) as Presence[];
}
