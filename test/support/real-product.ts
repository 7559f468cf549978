import type { Product } from './product.js';
import { meetingOf, newSeries, openItems, type Series } from './story.js';
import { Browser, eksempelby, nordsjaelland, type Person } from './test-server.js';

/** A browser of somebody of the demo's people, on the built product. */
export async function signInTo(product: Product, authorityId: string, role: string): Promise<Browser> {
  const browser = new Browser(product.origin);
  const { body } = await browser.get<{ clusters: { authorities: { authority: { id: string }; people: { membershipId: string; person: Person }[] }[] }[] }>('/api/v1/demo/people');
  const found = body.clusters.flatMap((cluster) => cluster.authorities).find((one) => one.authority.id === authorityId)!.people.find((one) => one.person.role === role)!;
  await browser.post('/api/v1/demo/sign-in', { membershipId: found.membershipId });
  browser.person = found.person;
  return browser;
}

/** The first Monday a week from now: the product runs on the real clock here. */
export function nextMonday(): string {
  const day = new Date(Date.now() + 7 * 86_400_000);
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7));
  return `${day.toISOString().slice(0, 10)}T13:00`;
}

/** A meeting of two authorities with an item that both write in. */
export async function stageItem(product: Product): Promise<{ coordinator: Browser; officer: Browser; documentId: string; meetingId: string }> {
  const coordinator = await signInTo(product, eksempelby, 'coordinator');
  const officer = await signInTo(product, nordsjaelland, 'participant');
  const series = await coordinator.post<Series>('/api/v1/series', newSeries([officer.person.membershipId], { startLocal: nextMonday() }));
  const meetingId = series.body.occurrences[0]!.meetingId!;
  const { documentId } = openItems(await meetingOf(officer, meetingId))[2]!.item;
  return { coordinator, officer, documentId, meetingId };
}
