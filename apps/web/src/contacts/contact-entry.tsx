import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import type { Contact } from '../api/types.js';
import { dayAndTime, plainDate } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { useContactName } from './contact.js';
import { ContactForm } from './contact-form.js';

interface ContactEntryProps {
  contact: Contact;
  /** Whether the reader may call a meeting with people of that authority. */
  canBook: boolean;
  onRemoved: (contact: Contact) => void;
}

/** One entry of the register: what for, who, who instead, how to reach them; and for those of the authority the ways to change it. */
export function ContactEntry({ contact, canBook, onRemoved }: ContactEntryProps) {
  const { t } = useTranslation();
  const name = useContactName();
  const [isEdited, setEdited] = useState(false);
  const [said, setSaid] = useState('');
  const opener = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack(() => opener.current);
  const what = name(contact);
  // Where the place is vacant, whoever comes in its stead.
  const advisor = contact.function === 'keyPerson' && contact.period === 'current' ? (contact.holder ?? contact.substitutes[0]) : undefined;
  const remove = useMutation({
    mutationFn: () => api.withdrawContact(contact),
    onSuccess: () => {
      onRemoved(contact);
      void queryClient.invalidateQueries({ queryKey: ['contacts'] });
    },
  });
  if (isEdited) {
    return (
      <li className="contact">
        <ContactForm
          contact={contact}
          onClose={(saved) => {
            focusBack();
            setEdited(false);
            setSaid(saved === undefined ? '' : t('contacts.saved', { what: saved }));
          }}
        />
      </li>
    );
  }
  return (
    <li className="contact">
      <div>
        <p className="contact-what">
          <strong>{contact.function === 'contactPerson' ? (contact.kindTitle ?? t('contacts.allKinds')) : (contact.area ?? t('contacts.function.keyPerson'))}</strong>
          {contact.function === 'contactPerson' && contact.area && (
            <span className="quiet" lang="da">
              , {contact.area}
            </span>
          )}
        </p>
        <p>
          {contact.holder === null ? (
            <span className="contact-vacant">
              <Icon name="warning" /> {t('contacts.vacant')}
            </span>
          ) : (
            <>
              {contact.holder.name}
              {contact.holder.functionTitle && (
                <span className="quiet" lang="da">
                  , {contact.holder.functionTitle}
                </span>
              )}
            </>
          )}
        </p>
        <p className="quiet">
          {contact.substitutes.length === 0 ? t('contacts.noSubstitute') : `${t('contacts.substitutes')}: ${contact.substitutes.map((one) => one.name).join(', ')}`}
        </p>
        <Period contact={contact} />
      </div>
      <ul className="unstyled-list contact-ways">
        {contact.telephone && (
          <li>
            <span className="sr-only">{t('contacts.telephone')} </span>
            <a href={`tel:${contact.telephone.replace(/[^\d+]/g, '')}`}>{contact.telephone}</a>
          </li>
        )}
        {contact.email && (
          <li>
            <span className="sr-only">{t('contacts.email')} </span>
            <a href={`mailto:${contact.email}`}>{contact.email}</a>
          </li>
        )}
        {canBook && advisor && (
          <li>
            <Link to={`/serier/ny?${new URLSearchParams({ art: 'sparring', myndighed: contact.authority.id, deltager: advisor.membershipId }).toString()}`} aria-label={t('contacts.bookWith', { name: advisor.name })}>
              {t('contacts.book')}
            </Link>
          </li>
        )}
      </ul>
      {contact.canChange && (
        <div className="contact-commands">
          <button ref={opener} type="button" className="quiet-command" aria-label={t('contacts.changeOf', { what })} onClick={() => setEdited(true)}>
            {t('contacts.change')}
          </button>
          <button type="button" className="quiet-command" aria-label={`${t('contacts.remove')}: ${what}`} aria-disabled={remove.isPending} onClick={() => !remove.isPending && remove.mutate()}>
            {t('contacts.remove')}
          </button>
          <History contact={contact} />
        </div>
      )}
      <p role="status" className="sr-only">
        {said}
      </p>
      {remove.error && <ProblemNotice error={remove.error} />}
    </li>
  );
}

function Period({ contact: { period, validFrom, validTo } }: { contact: Contact }) {
  const { t } = useTranslation();
  if (period === 'past') return <p className="quiet">{t('contacts.past', { date: plainDate(validTo!) })}</p>;
  if (period === 'coming') return <p className="quiet">{t('contacts.coming', { date: plainDate(validFrom) })}</p>;
  return validTo === null ? null : <p className="quiet">{t('contacts.until', { date: plainDate(validTo) })}</p>;
}

function History({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const history = useQuery({ ...queries.contactHistory(contact.id), enabled: isOpen });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('contacts.history')}</summary>
      {isOpen && (
        <Answer query={history} lines={2}>
          {({ versions }) => (
            <ul>
              {versions.map((one) => (
                <li key={one.version}>
                  {t('contacts.entry', {
                    version: one.version,
                    who: one.setBy,
                    time: dayAndTime(one.setAt),
                    what: one.withdrawn
                      ? t('contacts.withdrawn')
                      : [one.holder ?? t('contacts.vacant'), one.kindTitle, one.area, ...one.substitutes.map((name) => `${t('contacts.substitutes')} ${name}`), one.telephone, one.email, `${plainDate(one.validFrom)}–${one.validTo === null ? '' : plainDate(one.validTo)}`].filter(Boolean).join(', '),
                  })}
                </li>
              ))}
            </ul>
          )}
        </Answer>
      )}
    </details>
  );
}
