import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queries } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { AuthorityRef, Contact, PersonRef } from '../api/types.js';
import { contactsOf, useContactName } from '../contacts/contact.js';
import { Choice, Fieldset, fieldId } from '../shell/form.js';
import { Loading } from '../shell/loading.js';
import { ProblemNotice } from '../shell/problem-notice.js';

interface ParticipantsFieldProps {
  form: string;
  /** Own authority first, then the partners. */
  authorities: readonly AuthorityRef[];
  /** The kind of meeting: contact persons for it come first. */
  kindId: string;
  chosen: ReadonlySet<string>;
  onChange: (membershipIds: readonly string[], chosen: boolean) => void;
  error: string | undefined;
}

/** Who takes part, by authority. Whoever plans the series takes part anyway and is shown so. */
export function ParticipantsField({ form, authorities, kindId, chosen, onChange, error }: ParticipantsFieldProps) {
  const { t } = useTranslation();
  const session = useSession();
  const answers = useQueries({ queries: authorities.map(({ id }) => queries.peopleOf(id)) });
  const registers = useQueries({ queries: authorities.map(({ id }) => queries.contactsOf(id)) });
  return (
    <Fieldset id={fieldId(form, 'participantMembershipIds')} legend={t('newSeries.participants')} hint={t('newSeries.participantsHint')} error={error}>
      {authorities.map((authority, index) => {
        const { data, error: failed, refetch } = answers[index] ?? {};
        const contacts = contactsOf(registers[index]?.data?.contacts ?? [], kindId);
        const suggested = [...contacts].flatMap(([membershipId, entries]) => (entries.some((one) => one.function === 'contactPerson') ? [membershipId] : []));
        const people = data?.people.toSorted((a, b) => Number(contacts.has(b.membershipId)) - Number(contacts.has(a.membershipId))) ?? [];
        return (
          <fieldset key={authority.id} className="people-choice">
            <legend>{authority.name}</legend>
            {failed && <ProblemNotice error={failed} onRetry={() => void refetch?.()} />}
            {!data && !failed && <Loading lines={3} label={t('shell.loading')} />}
            <p className="people-choice-all">
              {suggested.length > 0 && (
                <button type="button" className="link-button" onClick={() => onChange(suggested, true)}>
                  {t('contacts.chooseContacts', { authority: authority.name })}
                </button>
              )}
              {data && data.people.length > 2 && (
                <button type="button" className="link-button" onClick={() => onChange(data.people.map(({ membershipId }) => membershipId), true)}>
                  {t('newSeries.chooseAll', { authority: authority.name })}
                </button>
              )}
            </p>
            {data?.people.length === 0 && <p className="quiet">{t('newSeries.nobody')}</p>}
            {people.map((person) => (
              <PersonChoice
                key={person.membershipId}
                person={person}
                as={contacts.get(person.membershipId) ?? []}
                own={person.membershipId === session.acting.id}
                chosen={chosen.has(person.membershipId)}
                onChange={(checked) => onChange([person.membershipId], checked)}
              />
            ))}
          </fieldset>
        );
      })}
    </Fieldset>
  );
}

interface PersonChoiceProps {
  person: PersonRef;
  /** Her entries in the contact register. */
  as: readonly Contact[];
  own: boolean;
  chosen: boolean;
  onChange: (chosen: boolean) => void;
}

function PersonChoice({ person, as, own, chosen, onChange }: PersonChoiceProps) {
  const { t } = useTranslation();
  const name = useContactName();
  return (
    <Choice id={`participant-${person.membershipId}`} type="checkbox" checked={own || chosen} disabled={own} onChange={onChange}>
      {person.name}
      <span className="quiet">
        {person.functionTitle && `, ${person.functionTitle}`}
        {own && ` ${t('newSeries.yourself')}`}
        {as.length > 0 && ` (${as.map(name).join('; ')})`}
      </span>
    </Choice>
  );
}
