import i18next from 'i18next';
import { inOrder } from '../i18n/order.js';
import type { Audience, AuthorityRef, PersonRef } from '../api/types.js';

/** “Prøve Betjentsen, Nordsjællands Politi”, “Gæst: Tove Tolk, Eksempelby Skole” */
export const personAndAuthority = (person: PersonRef) => (person.role === 'guest' ? i18next.t('guest.named', { name: person.name, organisation: person.authority.name }) : `${person.name}, ${person.authority.name}`);

/** People under their authorities, both in alphabetical order; the authorities in the order given first. */
export function byAuthority<P extends PersonRef>(people: readonly P[], order: readonly AuthorityRef[] = []): { authority: AuthorityRef; people: P[] }[] {
  const groups = new Map<string, { authority: AuthorityRef; people: P[] }>();
  for (const authority of order) groups.set(authority.id, { authority, people: [] });
  for (const person of people) {
    const group = groups.get(person.authority.id) ?? { authority: person.authority, people: [] };
    group.people.push(person);
    groups.set(person.authority.id, group);
  }
  for (const group of groups.values()) group.people.sort((a, b) => inOrder(a.name, b.name));
  return [...groups.values()].filter((group) => group.people.length > 0);
}

/** Whether `person` may read something with this audience. */
export function inAudience(person: PersonRef, audience: Audience): boolean {
  if (audience.notAdmitted.some(({ id }) => id === person.authority.id)) return false;
  if (audience.kind === 'all') return true;
  return audience.authorities.some(({ id }) => id === person.authority.id) || audience.persons.some(({ id }) => id === person.id);
}

export function PeopleByAuthority({ people, order }: { people: readonly PersonRef[]; order?: readonly AuthorityRef[] }) {
  return (
    <dl className="people">
      {byAuthority(people, order).map(({ authority, people: members }) => (
        <div key={authority.id}>
          <dt>{authority.name}</dt>
          {members.map((person) => (
            <dd key={`${person.id} ${person.authority.id}`}>
              {person.name}
              {person.functionTitle && <span className="quiet" lang="da"> · {person.functionTitle}</span>}
            </dd>
          ))}
        </div>
      ))}
    </dl>
  );
}
