import { useTranslation } from 'react-i18next';
import type { PersonRef } from '../api/types.js';
import { Fieldset } from '../shell/form.js';
import { byAuthority } from '../shell/people.js';

export const parts = ['required', 'orSubstitute', 'optional', 'left'] as const;
export type Part = (typeof parts)[number];

interface AskedPeopleProps {
  id: string;
  people: readonly PersonRef[];
  /** Those in whose place the contact register names somebody. */
  replaceable: ReadonlySet<string>;
  partOf: (person: PersonRef) => Part;
  onChange: (membershipId: string, part: Part) => void;
  error: string | undefined;
}

/** Who must be able to come, who is welcome, and who is not asked for; by authority. */
export function AskedPeople({ id, people, replaceable, partOf, onChange, error }: AskedPeopleProps) {
  const { t } = useTranslation();
  return (
    <Fieldset id={id} legend={t('findTime.people')} hint={t('findTime.peopleHint')} error={error}>
      {byAuthority(people).map(({ authority, people: members }) => (
        <div key={authority.id} className="find-time-authority">
          <p className="find-time-name">{authority.name}</p>
          {members.map((person) => (
            <div key={person.membershipId} className="find-time-person">
              <label htmlFor={`find-time-${person.membershipId}`}>
                {person.name}
                {person.functionTitle && <span className="quiet">, {person.functionTitle}</span>}
              </label>
              <select id={`find-time-${person.membershipId}`} className="form-select" value={partOf(person)} onChange={(event) => onChange(person.membershipId, event.target.value as Part)}>
                {parts.filter((part) => part !== 'orSubstitute' || replaceable.has(person.membershipId)).map((part) => (
                  <option key={part} value={part}>
                    {t(`findTime.part.${part}`)}
                  </option>
                ))}
              </select>
            </div>
          ))}
        </div>
      ))}
    </Fieldset>
  );
}
