/** Whether the server answered last time it was asked. One fact for the whole page, so one small store. */
let reachable = true;
const listeners = new Set<() => void>();

export const reachability = {
  get: () => reachable,
  set(next: boolean) {
    if (next === reachable) return;
    reachable = next;
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};
