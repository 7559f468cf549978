import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries } from '../api/queries.js';
import type { AuditedItem } from '../api/types.js';
import { save } from '../documents/download.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { Entries, itemName } from './entries.js';
import { RecordedDisclosures } from './recorded-disclosures.js';

const form = 'audit';

/** “Hvem har set dette punkt”, by the reference of a case; and what a citizen is told of it. */
export function ByCase() {
  const { t } = useTranslation();
  const [reference, setReference] = useState('');
  const [chosen, setChosen] = useState<AuditedItem | null>(null);
  const find = useMutation({ mutationFn: api.auditCase, onSuccess: ({ items }) => setChosen(items.length === 1 ? items[0]! : null) });
  const letter = useMutation({
    mutationFn: async ({ caseReference, embargoed }: { caseReference: string; embargoed?: 'omit' }) => save(await api.auditDisclosures(caseReference, embargoed), `videregivelser-${caseReference.replace(/\D+/g, '-').replace(/^-/, '')}.csv`),
  });
  const problem = find.error instanceof ApiProblem ? find.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    letter.reset();
    if (!find.isPending) find.mutate(reference);
  };
  return (
    <>
      <ErrorSummary form={form} problem={problem} fields={{ caseReference: t('audit.case') }} />
      <form onSubmit={submit} className="audit-form" noValidate>
        <Field id={fieldId(form, 'caseReference')} label={t('audit.case')} hint={t('audit.caseHint')} error={fieldErrors(problem)('caseReference')}>
          {(control) => <input {...control} className="form-input" autoComplete="off" maxLength={30} value={reference} onChange={(event) => setReference(event.target.value)} />}
        </Field>
        <button type="submit" className="button button-primary" aria-disabled={find.isPending}>
          {t('audit.find')}
        </button>
      </form>
      {find.data && (
        <section aria-labelledby="audit-found">
          <div role="status">
            <h2 id="audit-found" className="h3">
              {t('audit.found', { count: find.data.items.length })}
            </h2>
          </div>
          {find.data.items.length > 0 && (
            <>
              <ul className="unstyled-list audit-choices no-max-width">
                {find.data.items.map((item) => (
                  <li key={item.id}>
                    <button type="button" className="link-button" aria-pressed={chosen?.id === item.id} onClick={() => setChosen(item)}>
                      {itemName(item, t)}
                    </button>
                  </li>
                ))}
              </ul>
              <p>
                <button type="button" className="button button-secondary" aria-disabled={letter.isPending} onClick={() => !letter.isPending && letter.mutate({ caseReference: find.variables })}>
                  {t('audit.letter')}
                </button>
              </p>
              <p className="quiet">{t('audit.letterHint')}</p>
              <p role="status" className="quiet">
                {letter.isSuccess && t('audit.letterFetched')}
              </p>
              {letter.error && <ProblemNotice error={letter.error} />}
              {letter.error instanceof ApiProblem && letter.error.code === 'embargo-in-force' && (
                <p className="button-line">
                  <button type="button" className="button button-secondary" onClick={() => letter.mutate({ caseReference: find.variables, embargoed: 'omit' })}>
                    {t('embargo.fetchWithout')}
                  </button>
                </p>
              )}
            </>
          )}
        </section>
      )}
      {chosen && <RecordedDisclosures key={`${chosen.id} disclosures`} query={queries.auditDisclosures(chosen.id)} heading={t('disclosed.ofItem', { item: itemName(chosen, t) })} isOneItem />}
      {chosen && <Entries key={chosen.id} query={queries.auditItem(chosen.id)} heading={t('audit.seenBy', { item: itemName(chosen, t) })} empty={t('audit.seenByNobody')} isOneItem />}
    </>
  );
}
