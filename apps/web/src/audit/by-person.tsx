import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queries } from '../api/queries.js';
import { Answer } from '../shell/answer.js';
import { Field } from '../shell/form.js';
import { Entries } from './entries.js';

/** “Hvad har denne person set”, of the own authority. */
export function ByPerson() {
  const { t } = useTranslation();
  const people = useQuery(queries.auditPeople());
  const [personId, setPersonId] = useState('');
  return (
    <Answer query={people}>
      {(list) => {
        const person = list.people.find((one) => one.id === personId);
        return (
          <>
            <Field id="audit-person" label={t('audit.person')} hint={t('audit.personHint')}>
              {(control) => (
                <select {...control} className="form-select" value={personId} onChange={(event) => setPersonId(event.target.value)}>
                  <option value="">{t('form.choose')}</option>
                  {list.people.map((one) => (
                    <option key={one.id} value={one.id}>
                      {one.name}, {one.functionTitle}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            {person && <Entries key={person.id} query={queries.auditPerson(person.id)} heading={t('audit.seenByPerson', { name: person.name })} empty={t('audit.seenNothing')} />}
          </>
        );
      }}
    </Answer>
  );
}
