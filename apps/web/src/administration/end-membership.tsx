import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import type { AdministeredMembership, AdministeredPersonDetails } from '../api/types.js';
import { today } from '../dates.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId, Fieldset } from '../shell/form.js';
import { Consequences } from './consequences.js';
import { lastDayOf } from './labels.js';
import { keepPerson } from './keep-person.js';

type When = 'now' | 'on' | 'never';

/** Ends a membership, at once or with a day; says first what that ends. */
export function EndMembership({ person, membership, onDone }: { person: AdministeredPersonDetails; membership: AdministeredMembership; onDone: () => void }) {
  const { t } = useTranslation();
  const form = `end-${membership.id}`;
  const [when, setWhen] = useState<When>(membership.validTo === null ? 'now' : 'on');
  const [until, setUntil] = useState(membership.validTo === null ? today().start.slice(0, 10) : lastDayOf(membership.validTo));
  const [alsoMyself, setAlsoMyself] = useState(false);
  const end = useMutation({
    mutationFn: () => api.endMembership(person, membership.id, { when, until: when === 'on' ? until : null, alsoMyself }),
    onSuccess: (updated) => {
      keepPerson(updated);
      onDone();
    },
  });
  const problem = end.error instanceof ApiProblem ? end.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!end.isPending) end.mutate();
  };
  const choices: When[] = membership.validTo === null ? ['now', 'on'] : ['now', 'on', 'never'];
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-label={t('administration.endRole', { role: t(`role.${membership.role}`) })}>
      <ErrorSummary form={form} problem={problem} fields={{ until: t('administration.lastDay') }} />
      <Fieldset id={fieldId(form, 'when')} legend={t('administration.endWhen')}>
        {choices.map((one) => (
          <Choice key={one} id={`${form}-${one}`} type="radio" name={form} checked={when === one} onChange={() => setWhen(one)}>
            {t(`administration.end.${one}`)}
          </Choice>
        ))}
      </Fieldset>
      {when === 'on' && (
        <Field id={fieldId(form, 'until')} label={t('administration.lastDay')} error={fieldErrors(problem)('until')}>
          {(control) => <input {...control} type="date" className="form-input" value={until} onChange={(event) => setUntil(event.target.value)} />}
        </Field>
      )}
      {when !== 'never' && (when === 'now' || until !== '') && (
        <Consequences personId={person.id} membershipId={membership.id} until={when === 'on' ? until : null} alsoMyself={alsoMyself} onAlsoMyself={setAlsoMyself} />
      )}
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={end.isPending}>
          {t(`administration.endSave.${when}`)}
        </button>
        <button type="button" className="button button-tertiary" onClick={onDone}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
