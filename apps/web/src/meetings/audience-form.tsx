import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '../api/problem.js';
import { useSession } from '../api/session.js';
import type { AudienceChange, Item, ItemWindow, Meeting, PersonRef } from '../api/types.js';
import { Choice, ErrorSummary } from '../shell/form.js';
import { WindowFields, type Timed } from './window-fields.js';
import { byAuthority, inAudience, personAndAuthority } from '../shell/people.js';

interface AudienceFormProps {
  meeting: Meeting;
  item: Item;
  pending: boolean;
  problem: ApiProblem | null;
  onSave: (audience: AudienceChange) => void;
  onCancel: () => void;
}

const form = 'audience';

/** Whole authorities or single people; says in words who loses sight of the item before anything is changed. */
export function AudienceForm({ meeting, item, pending, problem, onSave, onCancel }: AudienceFormProps) {
  const { t } = useTranslation();
  const { audience } = item;
  const [everybody, setEverybody] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  // Its opener is gone.
  useEffect(() => box.current?.querySelector<HTMLElement>('input:checked')?.focus(), []);
  const [authorities, setAuthorities] = useState<ReadonlySet<string>>(
    () => new Set((audience.kind === 'restricted' ? audience.authorities : meeting.authorities).map(({ id }) => id).filter((id) => !audience.notAdmitted.some((one) => one.id === id))),
  );
  const [persons, setPersons] = useState<ReadonlySet<string>>(
    () => new Set([...audience.persons, ...audience.guests].map(({ id }) => id)),
  );
  const closed = new Set(audience.notAdmitted.map(({ id }) => id));
  const groups = byAuthority(meeting.participants, meeting.authorities).filter(({ authority }) => !closed.has(authority.id));
  const own = useSession();
  const [windows, setWindows] = useState<ItemWindow[]>(() => [...audience.windows]);
  const among: Timed[] = [
    ...groups.filter(({ authority }) => authority.id !== own.acting.authority.id).map(({ authority }) => ({ key: `authority:${authority.id}`, name: authority.name })),
    ...groups.flatMap(({ people }) => people).filter((one) => one.id !== own.person.id).map((one) => ({ key: `person:${one.id}`, name: personAndAuthority(one) })),
  ];

  const sees = (person: PersonRef) => !closed.has(person.authority.id) && (everybody || authorities.has(person.authority.id) || persons.has(person.id));
  const losing = meeting.participants.filter((person) => inAudience(person, audience) && !sees(person));
  const gaining = meeting.participants.filter((person) => !inAudience(person, audience) && sees(person));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    onSave(everybody ? { kind: 'all', windows } : { kind: 'restricted', authorityIds: [...authorities], personIds: [...persons], windows });
  };
  // A guest of another item is none of this one.
  const guests = meeting.guests.filter((one) => (one.itemId === null || one.itemId === item.id) && one.state !== 'revoked' && one.state !== 'expired');
  const toggle = (set: ReadonlySet<string>, id: string, on: boolean) => {
    const next = new Set(set);
    if (on) next.add(id);
    else next.delete(id);
    return next;
  };
  const names = (people: readonly PersonRef[]) => people.map(personAndAuthority).join('; ');

  return (
    <form ref={box} className="inline-form" onSubmit={submit} aria-label={t('audience.formLabel')} onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
      <ErrorSummary form={form} problem={problem} fields={{}} />
      <fieldset>
        <legend className="form-label">{t('audience.who')}</legend>
        <Choice id="audience-all" type="radio" name="audience-kind" checked={everybody} onChange={() => setEverybody(true)}>
          {t('audience.chooseAll')}
        </Choice>
        <Choice id="audience-some" type="radio" name="audience-kind" checked={!everybody} onChange={() => setEverybody(false)}>
          {t('audience.chooseSome')}
        </Choice>
      </fieldset>
      {!everybody &&
        groups.map(({ authority, people }) => {
          const whole = authorities.has(authority.id);
          return (
            <fieldset key={authority.id} className="audience-group">
              <legend className="sr-only">{authority.name}</legend>
              <Choice id={`audience-${authority.id}`} type="checkbox" checked={whole} onChange={(on) => setAuthorities((old) => toggle(old, authority.id, on))}>
                {t('audience.whole', { authority: authority.name })}
              </Choice>
              {!whole && (
                <div className="audience-people">
                  {people.map((person) => (
                    <Choice
                      key={person.id}
                      id={`audience-${person.id}`}
                      type="checkbox"
                      checked={persons.has(person.id)}
                      onChange={(on) => setPersons((old) => toggle(old, person.id, on))}
                    >
                      {person.name}
                    </Choice>
                  ))}
                </div>
              )}
            </fieldset>
          );
        })}
      {!everybody && guests.length > 0 && (
        <fieldset className="audience-group">
          <legend className="form-label">{t('guest.heading')}</legend>
          {guests.map((guest) => (
            <Choice key={guest.id} id={`audience-${guest.id}`} type="checkbox" checked={persons.has(guest.id)} onChange={(on) => setPersons((old) => toggle(old, guest.id, on))}>
              {t('guest.named', { name: guest.name, organisation: guest.organisation })}
            </Choice>
          ))}
        </fieldset>
      )}
      <WindowFields windows={windows} among={among} onChange={setWindows} />
      <div role="status" className="audience-effect">
        {losing.length > 0 && (
          <p>
            <strong>{t('audience.losing')}</strong> {names(losing)}. {t('audience.losingAtOnce')}
          </p>
        )}
        {gaining.length > 0 && (
          <p>
            <strong>{t('audience.gaining')}</strong> {names(gaining)}.
          </p>
        )}
        {losing.length + gaining.length === 0 && <p className="quiet">{t('audience.noChange')}</p>}
      </div>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={pending}>
          {t('audience.save')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onCancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
