import { outputTypes } from '@lib/contracts/enums.js';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, NewItem, OutputType } from '../api/types.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';

const form = 'new-item';
const labels = { title: 'item.title', plannedMinutes: 'agenda.minutes', outputType: 'agenda.outputType', section: 'frame.section', legalBasisId: 'agenda.legalBasis' } as const;

export function AddItem({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [title, setTitle] = useState('');
  const [minutes, setMinutes] = useState('10');
  const [outputType, setOutputType] = useState<OutputType>('discussion');
  const [section, setSection] = useState('');
  const [basis, setBasis] = useState<string | null>(null);
  const keys = useRef(creationKeys());
  const opener = useRef<HTMLButtonElement>(null);

  const add = useMutation({
    mutationFn: (body: NewItem) => api.addItem(meeting.id, body, keys.current(body)),
    onSuccess: async (item) => {
      // The outline must know the item before its page is shown, or it would look like one that does not exist.
      await queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey });
      void navigate(`/moeder/${meeting.id}/punkt/${item.id}`);
    },
  });
  // The usual one is chosen before; where nobody can be named, there is none to choose.
  const legalBases = meeting.legalBases.filter((one) => one.id !== 'none');
  const problem = add.error instanceof ApiProblem ? add.error : null;
  const errorOf = fieldErrors(problem);

  if (!open) {
    return (
      <button ref={opener} type="button" className="button button-secondary" onClick={() => setOpen(true)}>
        <Icon name="plus" /> {t('agenda.add')}
      </button>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate({ title: title.trim(), plannedMinutes: Number(minutes), outputType, section: section || null, ...(basis === null ? {} : { legalBasisId: basis }) });
  };
  const cancel = () => {
    setOpen(false);
    requestAnimationFrame(() => opener.current?.focus());
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-labelledby="add-item-heading" onKeyDown={(event) => event.key === 'Escape' && cancel()}>
      <h3 id="add-item-heading" className="h4">
        {t('agenda.add')}
      </h3>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      <Field id={fieldId(form, 'title')} label={t('item.title')} hint={t('agenda.titleHint')} error={errorOf('title')}>
        {(control) => <input {...control} className="form-input" autoFocus value={title} onChange={(event) => setTitle(event.target.value)} />}
      </Field>
      <div className="field-row">
        <Field id={fieldId(form, 'plannedMinutes')} label={t('agenda.minutes')} error={errorOf('plannedMinutes')}>
          {(control) => (
            <input {...control} type="number" inputMode="numeric" min={1} className="form-input" value={minutes} onChange={(event) => setMinutes(event.target.value)} />
          )}
        </Field>
        <Field id={fieldId(form, 'outputType')} label={t('agenda.outputType')} error={errorOf('outputType')}>
          {(control) => (
            <select {...control} className="form-select" value={outputType} onChange={(event) => setOutputType(event.target.value as OutputType)}>
              {outputTypes.map((choice) => (
                <option key={choice} value={choice}>
                  {t(`outputType.${choice}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Field id={fieldId(form, 'section')} label={t('frame.section')} optional hint={t('frame.sectionHint')} error={errorOf('section')}>
        {(control) => <input {...control} className="form-input" value={section} onChange={(event) => setSection(event.target.value)} />}
      </Field>
      {legalBases.length > 0 && (
        <Field id={fieldId(form, 'legalBasisId')} label={t('agenda.legalBasis')} hint={t('agenda.legalBasisHint')} error={errorOf('legalBasisId')}>
          {(control) => (
            <select {...control} className="form-select" value={basis ?? legalBases[0]!.id} onChange={(event) => setBasis(event.target.value)}>
              {legalBases.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.label}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={add.isPending}>
          {t('agenda.add')}
        </button>
        <button type="button" className="button button-tertiary" onClick={cancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
