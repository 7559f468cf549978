import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { containsCpr } from '@lib/contracts/cpr.js';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { AuthorityRef, Contact } from '../api/types.js';
import { Answer } from '../shell/answer.js';
import { Field } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { MoreButton } from '../shell/more-button.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { bodyOf, useContactName } from './contact.js';
import { ContactEntry } from './contact-entry.js';
import { ContactForm } from './contact-form.js';
import './contacts.css';

const functions = ['contactPerson', 'keyPerson'] as const;

/** “Kontakter”: who can be asked for in each authority, and who comes in her place. */
export function ContactsPage() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  // A CPR number does not even leave the browser.
  const isCpr = containsCpr(typed) || containsCpr(search);
  const contacts = useInfiniteQuery({ ...queries.contacts(search), enabled: !isCpr });
  // Meetings are called by coordinators, with authorities that belong with their own.
  const related = useQuery({ ...queries.relatedAuthorities(), enabled: useSession().acting.role === 'coordinator' });
  const bookable = new Set(related.data?.authorities.map(({ id }) => id));
  const [removed, setRemoved] = useState<Contact | null>(null);
  const list = contacts.data?.pages.flatMap((page) => page.contacts) ?? [];
  return (
    <>
      <PageHeading title={t('contacts.title')} />
      <p>{t('contacts.intro')}</p>
      {contacts.data?.pages[0]?.canAdd && <AddContact />}
      <div role="search" className="contacts-search">
        <Field id="contacts-search" label={t('contacts.search')} hint={t('contacts.searchHint')} error={isCpr ? t('search.cpr') : undefined}>
          {(control) => <input {...control} type="search" className="form-input" maxLength={100} autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />}
        </Field>
      </div>
      {removed !== null && <Removed key={removed.id} contact={removed} onPutBack={() => setRemoved(null)} />}
      <Answer query={contacts} lines={8}>
        {() => (
          <>
            <p role="status" className={list.length === 0 ? 'empty' : 'quiet'}>
              {list.length > 0 ? t('contacts.found', { count: list.length }) : t(search === '' ? 'contacts.empty' : 'contacts.none')}
            </p>
            {byAuthority(list).map(({ authority, contacts: own }) => (
              <section key={authority.id} className="contacts-authority" aria-labelledby={`contacts-${authority.id}`}>
                <h2 id={`contacts-${authority.id}`} className="h3">
                  {authority.name}
                </h2>
                {functions.map((name) => (
                  <Entries key={name} heading={t(`contacts.functions.${name}`)} contacts={own.filter((one) => one.function === name)} canBook={bookable.has(authority.id)} onRemoved={setRemoved} />
                ))}
              </section>
            ))}
            <MoreButton query={contacts} />
          </>
        )}
      </Answer>
    </>
  );
}

function Entries({ heading, contacts, canBook, onRemoved }: { heading: string; contacts: readonly Contact[]; canBook: boolean; onRemoved: (contact: Contact) => void }) {
  if (contacts.length === 0) return null;
  return (
    <>
      <h3 className="h5">{heading}</h3>
      <ul className="unstyled-list no-max-width contacts-list">
        {contacts.map((one) => (
          <ContactEntry key={one.id} contact={one} canBook={canBook} onRemoved={onRemoved} />
        ))}
      </ul>
    </>
  );
}

/** What was taken out, with the way back: the row itself is gone from everybody's page. */
function Removed({ contact, onPutBack }: { contact: Contact; onPutBack: () => void }) {
  const { t } = useTranslation();
  const name = useContactName();
  const undo = useMutation({
    mutationFn: () => api.changeContact({ id: contact.id, version: contact.version + 1 }, bodyOf(contact)),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['contacts'] });
      onPutBack();
    },
  });
  return (
    <>
      <p role="status">
        {t('contacts.removed', { what: name(contact) })}{' '}
        <button type="button" className="link-button" autoFocus aria-disabled={undo.isPending} onClick={() => !undo.isPending && undo.mutate()}>
          {t('contacts.undo')}
        </button>
      </p>
      {undo.error && <ProblemNotice error={undo.error} />}
    </>
  );
}

function AddContact() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [done, setDone] = useState('');
  const opener = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack(() => opener.current);
  const close = (what?: string) => {
    focusBack();
    setOpen(false);
    setDone(what ?? '');
  };
  return (
    <>
      <p role="status" className="quiet">
        {done && t('contacts.saved', { what: done })}
      </p>
      {isOpen ? (
        <ContactForm contact={null} onClose={close} />
      ) : (
        <p>
          <button ref={opener} type="button" className="button button-secondary" onClick={() => setOpen(true)}>
            <Icon name="plus" /> {t('contacts.add')}
          </button>
        </p>
      )}
    </>
  );
}

/** In the order that the server gave them. */
function byAuthority(contacts: readonly Contact[]): { authority: AuthorityRef; contacts: Contact[] }[] {
  const groups = new Map<string, { authority: AuthorityRef; contacts: Contact[] }>();
  for (const one of contacts) {
    const group = groups.get(one.authority.id) ?? { authority: one.authority, contacts: [] };
    group.contacts.push(one);
    groups.set(one.authority.id, group);
  }
  return [...groups.values()];
}
