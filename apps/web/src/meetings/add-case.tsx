import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, NewCase, OpenEntry } from '../api/types.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';

/** Children onto a list, one after the other: reference, Enter, the next. */
export function AddCase({ meeting, list }: { meeting: Meeting; list: OpenEntry }) {
  const { t } = useTranslation();
  const [reference, setReference] = useState('');
  const [basis, setBasis] = useState(list.item.legalBasis?.id ?? meeting.legalBases[0]?.id ?? '');
  const [added, setAdded] = useState('');
  const keys = useRef(creationKeys());
  const add = useMutation({
    mutationFn: (body: NewCase) => api.addCase(list.item.id, body, keys.current(body)),
    onSuccess: async (item) => {
      keys.current = creationKeys();
      setReference('');
      await queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey });
      setAdded(t('agenda.caseAdded', { reference: item.title }));
    },
  });
  const problem = add.error instanceof ApiProblem ? add.error : null;
  const errorOf = fieldErrors(problem);
  // Several lists may stand on one agenda.
  const form = `case-${list.item.id}`;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (add.isPending) return;
    setAdded('');
    add.mutate({ caseReference: reference, plannedMinutes: 5, ...(basis ? { legalBasisId: basis } : {}) });
  };
  return (
    <form className="add-case" onSubmit={submit} noValidate aria-label={t('agenda.addCaseTo', { list: list.item.title })}>
      <ErrorSummary form={form} problem={problem} fields={{ caseReference: t('agenda.caseReference'), legalBasisId: t('agenda.legalBasis') }} />
      <div className="add-case-fields">
        <Field id={fieldId(form, 'caseReference')} label={t('agenda.caseReference')} hint={t('agenda.caseHint')} error={errorOf('caseReference')}>
          {(control) => <input {...control} className="form-input" autoComplete="off" value={reference} onChange={(event) => setReference(event.target.value)} />}
        </Field>
        {meeting.legalBases.length > 1 && (
          <Field id={fieldId(form, 'legalBasisId')} label={t('agenda.legalBasis')} error={errorOf('legalBasisId')}>
            {(control) => (
              <select {...control} className="form-select" value={basis} onChange={(event) => setBasis(event.target.value)}>
                {meeting.legalBases.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.label}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <button type="submit" className="button button-secondary" aria-disabled={add.isPending}>
          <Icon name="plus" /> {t('agenda.addCase')}
        </button>
      </div>
      {meeting.legalBases.length === 1 && <p className="quiet add-case-basis">{t('audience.basis', { basis: meeting.legalBases[0]!.label })}</p>}
      <p className="sr-only" role="status">
        {added}
      </p>
    </form>
  );
}
