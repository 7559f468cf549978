import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { Contact, ContactChange, PersonRef } from '../api/types.js';
import { dateAt, plainDate } from '../dates.js';
import { ErrorSummary, Field, fieldErrors, fieldId, Fieldset, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { bodyOf, useContactName } from './contact.js';

const form = 'contact';
const labels = {
  function: 'contacts.functionField',
  kindId: 'contacts.kind',
  area: 'contacts.area',
  membershipId: 'contacts.person',
  substituteMembershipIds: 'contacts.substitutesField',
  telephone: 'contacts.telephone',
  email: 'contacts.email',
  validFrom: 'contacts.validFrom',
  validTo: 'contacts.validTo',
} as const;
const id = (name: keyof typeof labels) => fieldId(form, name);
const functions = ['contactPerson', 'keyPerson'] as const;
const mostSubstitutes = 5;

interface ContactFormProps {
  /** Null: a new one. */
  contact: Contact | null;
  /** `saved`: what it is called. */
  onClose: (saved?: string) => void;
}

type Values = Required<ContactChange>;
const fresh = (): Values => ({ kindId: null, area: null, membershipId: null, substituteMembershipIds: [], telephone: null, email: null, validFrom: dateAt(new Date()), validTo: null });

/** What stands when a colleague was quicker, under its version; `contact` null: she took it out of the register. */
interface Theirs {
  contact: Contact | null;
  version: number;
}

/** Adds an entry of the own authority, or says one anew. When a colleague was quicker, both versions stand side by side. */
export function ContactForm({ contact, onClose }: ContactFormProps) {
  const { t } = useTranslation();
  const name = useContactName();
  const { authority } = useSession().acting;
  const kinds = useQuery(queries.meetingKinds());
  const people = useQuery(queries.peopleOf(contact?.authority.id ?? authority.id));
  // What stood when it was opened: the page may show a newer one underneath.
  const [base, setBase] = useState(contact);
  const [functionName, setFunction] = useState<Contact['function']>(contact?.function ?? 'contactPerson');
  const [values, setValues] = useState<Values>(() => (contact === null ? fresh() : bodyOf(contact)));
  const [theirs, setTheirs] = useState<Theirs | null>(null);
  const keys = useRef(creationKeys());
  const set = (change: Partial<Values>) => setValues((before) => ({ ...before, ...change }));
  const known = people.data?.people ?? [];

  const save = useMutation({
    mutationFn: (version: number) => {
      const body = { ...values, area: values.area?.trim() || null, telephone: values.telephone?.trim() || null, email: values.email?.trim() || null, kindId: functionName === 'keyPerson' ? null : values.kindId, substituteMembershipIds: values.substituteMembershipIds.filter((one) => one !== '') };
      if (base !== null) return api.changeContact({ id: base.id, version }, body);
      const added = { ...body, function: functionName };
      return api.addContact(added, keys.current(added));
    },
    onSuccess: (saved) => {
      void queryClient.invalidateQueries({ queryKey: ['contacts'] });
      onClose(name(saved));
    },
    onError: async (error) => {
      if (!(error instanceof ApiProblem) || error.status !== 412 || base === null) return;
      const { versions } = await api.contactHistory(base.id);
      const { contacts } = await api.contacts({ authorityId: base.authority.id, limit: 200 });
      setTheirs({ contact: contacts.find((one) => one.id === base.id) ?? null, version: versions[0]!.version });
    },
  });
  const problem = save.error instanceof ApiProblem && save.error.status !== 412 ? save.error : null;
  const failed = save.error instanceof ApiProblem && save.error.status === 412 && theirs === null && !save.isPending ? save.error : null;
  const errorOf = fieldErrors(problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate(base?.version ?? 0);
  };
  const keepMine = () => {
    if (base === null || theirs === null) return;
    setBase({ ...base, version: theirs.version });
    setTheirs(null);
    save.mutate(theirs.version);
  };
  const label = contact === null ? t('contacts.add') : t('contacts.changeOf', { what: name(contact) });
  const option = (person: PersonRef) => (
    <option key={person.membershipId} value={person.membershipId}>
      {person.name}, {person.functionTitle}
    </option>
  );
  return (
    <form className="inline-form contact-form" onSubmit={submit} noValidate aria-label={label} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <ErrorSummary form={form} problem={problem ?? failed} fields={labelled(labels, t)} />
      {theirs !== null && (
        <Conflict
          theirs={theirs.contact}
          own={values}
          people={known}
          onMine={keepMine}
          onTheirs={() => {
            void queryClient.invalidateQueries({ queryKey: ['contacts'] });
            onClose();
          }}
        />
      )}
      {contact === null && (
        <Field id={id('function')} label={t('contacts.functionField')} error={errorOf('function')}>
          {(control) => (
            <select {...control} autoFocus className="form-select" value={functionName} onChange={(event) => setFunction(event.target.value as Contact['function'])}>
              {functions.map((one) => (
                <option key={one} value={one}>
                  {t(`contacts.function.${one}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {functionName === 'contactPerson' && (
        <Field id={id('kindId')} label={t('contacts.kind')} error={errorOf('kindId')}>
          {(control) => (
            <select {...control} autoFocus={contact !== null} className="form-select" value={values.kindId ?? ''} onChange={(event) => set({ kindId: event.target.value || null })}>
              <option value="">{t('contacts.allKinds')}</option>
              {kinds.data?.kinds.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.title}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field id={id('area')} label={t('contacts.area')} optional hint={t('contacts.areaHint')} error={errorOf('area')}>
        {(control) => <input {...control} autoFocus={contact !== null && functionName === 'keyPerson'} className="form-input" lang="da" value={values.area ?? ''} onChange={(event) => set({ area: event.target.value })} />}
      </Field>
      <Field id={id('membershipId')} label={t('contacts.person')} error={errorOf('membershipId')}>
        {(control) => (
          <select {...control} className="form-select" value={values.membershipId ?? ''} onChange={(event) => set({ membershipId: event.target.value || null })}>
            <option value="">{t('contacts.nobody')}</option>
            {known.map(option)}
          </select>
        )}
      </Field>
      <Fieldset id={id('substituteMembershipIds')} legend={t('contacts.substitutesField')} hint={t('contacts.substitutesHint')} error={errorOf('substituteMembershipIds')}>
        {values.substituteMembershipIds.map((chosen, n) => (
          <p key={n}>
            <label className="form-label" htmlFor={`${id('substituteMembershipIds')}-${n}`}>
              {t('contacts.substitute', { number: n + 1 })}
            </label>
            <select
              id={`${id('substituteMembershipIds')}-${n}`}
              className="form-select"
              value={chosen}
              onChange={(event) => set({ substituteMembershipIds: values.substituteMembershipIds.map((one, at) => (at === n ? event.target.value : one)) })}
            >
              <option value="">{t('contacts.noSubstitute')}</option>
              {known.filter((one) => one.membershipId === chosen || (one.membershipId !== values.membershipId && !values.substituteMembershipIds.includes(one.membershipId))).map(option)}
            </select>
          </p>
        ))}
        {values.substituteMembershipIds.length < mostSubstitutes && (
          <button type="button" className="quiet-command" onClick={() => set({ substituteMembershipIds: [...values.substituteMembershipIds, ''] })}>
            <Icon name="plus" /> {t('contacts.addSubstitute')}
          </button>
        )}
      </Fieldset>
      <div className="field-row">
        <Field id={id('telephone')} label={t('contacts.telephone')} optional error={errorOf('telephone')}>
          {(control) => <input {...control} type="tel" autoComplete="off" className="form-input" value={values.telephone ?? ''} onChange={(event) => set({ telephone: event.target.value })} />}
        </Field>
        <Field id={id('email')} label={t('contacts.email')} optional error={errorOf('email')}>
          {(control) => <input {...control} type="email" autoComplete="off" className="form-input" value={values.email ?? ''} onChange={(event) => set({ email: event.target.value })} />}
        </Field>
      </div>
      <div className="field-row">
        <Field id={id('validFrom')} label={t('contacts.validFrom')} error={errorOf('validFrom')}>
          {(control) => <input {...control} type="date" className="form-input" value={values.validFrom} onChange={(event) => set({ validFrom: event.target.value })} />}
        </Field>
        <Field id={id('validTo')} label={t('contacts.validTo')} optional error={errorOf('validTo')}>
          {(control) => <input {...control} type="date" className="form-input" min={values.validFrom} value={values.validTo ?? ''} onChange={(event) => set({ validTo: event.target.value || null })} />}
        </Field>
      </div>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={save.isPending}>
          {t('contacts.save')}
        </button>
        <button type="button" className="button button-tertiary" onClick={() => onClose()}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}

interface ConflictProps {
  theirs: Contact | null;
  own: Values;
  people: readonly PersonRef[];
  onMine: () => void;
  onTheirs: () => void;
}

/** Both versions, field by field where they differ. */
function Conflict({ theirs, own, people, onMine, onTheirs }: ConflictProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const kinds = useQuery(queries.meetingKinds());
  const person = (membershipId: string) => people.find((one) => one.membershipId === membershipId)?.name ?? t('contacts.vacant');
  const shown = (field: keyof Values, values: Values): string => {
    if (field === 'membershipId') return values.membershipId === null ? t('contacts.vacant') : person(values.membershipId);
    if (field === 'substituteMembershipIds') return values.substituteMembershipIds.filter((one) => one !== '').map(person).join(', ') || t('contacts.noSubstitute');
    if (field === 'kindId') return kinds.data?.kinds.find((one) => one.id === values.kindId)?.title ?? t('contacts.allKinds');
    if (field === 'validFrom' || field === 'validTo') return values[field] === null || values[field] === '' ? t('frame.empty') : plainDate(values[field]);
    return values[field]?.trim() || t('frame.empty');
  };
  const stored = theirs === null ? null : bodyOf(theirs);
  const differing = stored === null ? [] : (Object.keys(stored) as (keyof Values)[]).filter((field) => shown(field, own) !== shown(field, stored));
  return (
    <div ref={box} className="alert alert-warning" role="alert" tabIndex={-1}>
      <p className="alert-heading">{t(stored === null ? 'contacts.goneMeanwhile' : 'contacts.conflict')}</p>
      {stored !== null && (
        <table className="table alert-text contact-conflict">
          <thead>
            <tr>
              <th scope="col">{t('contacts.field')}</th>
              <th scope="col">{t('contacts.yours')}</th>
              <th scope="col">{t('contacts.theirs')}</th>
            </tr>
          </thead>
          <tbody>
            {differing.map((field) => (
              <tr key={field}>
                <th scope="row">{t(labels[field])}</th>
                <td>{shown(field, own)}</td>
                <td>{shown(field, stored)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="alert-text button-line">
        <button type="button" className="button button-secondary" onClick={onMine}>
          {t('contacts.keepMine')}
        </button>
        <button type="button" className="button button-secondary" onClick={onTheirs}>
          {t('contacts.takeTheirs')}
        </button>
      </p>
    </div>
  );
}
