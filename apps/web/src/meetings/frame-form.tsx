import { outputTypes } from '@lib/contracts/enums.js';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Item, ItemFrame, Meeting, OutputType } from '../api/types.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { inAudience, personAndAuthority } from '../shell/people.js';
import { changedFields, frameOf, type FrameField } from './frame.js';
import { FrameConflict } from './frame-conflict.js';

const form = 'item-frame';
const labels = {
  leadMembershipId: 'frame.lead',
  ledBy: 'frame.ledBy',
  plannedMinutes: 'agenda.minutes',
  outputType: 'agenda.outputType',
  section: 'frame.section',
  legalBasisId: 'agenda.legalBasis',
  mandatory: 'frame.mandatory',
} as const satisfies Record<FrameField, string>;

interface FrameFormProps {
  meeting: Meeting;
  item: Item;
  onDone: (saved: boolean) => void;
}

/**
 * The frame of an item. When somebody else was quicker, both versions stand side by side, field by field, until one is
 * chosen; nothing that was typed goes away.
 */
export function FrameForm({ meeting, item, onDone }: FrameFormProps) {
  const { t } = useTranslation();
  /** What stood when the form was opened, or when it was last compared. */
  const [base, setBase] = useState<Item>(item);
  const [own, setOwn] = useState<ItemFrame>(() => frameOf(item));
  const [theirs, setTheirs] = useState<Item | null>(null);
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);
  const save = useMutation({
    mutationFn: () => api.setItemFrame(item.id, base.version, own),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey });
      onDone(true);
    },
    onError: async (error) => {
      if (error instanceof ApiProblem && error.status === 412) setTheirs(await api.item(item.id));
    },
  });
  const problem = save.error instanceof ApiProblem ? save.error : null;
  const conflict = theirs !== null && problem?.status === 412;
  const errorOf = fieldErrors(problem);
  const set = <Name extends FrameField>(name: Name, value: ItemFrame[Name]) => setOwn((old) => ({ ...old, [name]: value }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  const choose = (field: FrameField, which: 'own' | 'theirs') => theirs && which === 'theirs' && setOwn((old) => ({ ...old, [field]: frameOf(theirs)[field] }));
  const settle = () => {
    if (theirs) setBase(theirs);
    setTheirs(null);
    save.reset();
  };
  const id = (name: FrameField) => fieldId(form, name);
  const leads = meeting.participants.filter((person) => inAudience(person, item.audience));
  const sections = [...new Set(meeting.outline.flatMap((entry) => (!entry.closed && entry.item.section ? [entry.item.section] : [])))];

  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-label={t('frame.formLabel')} onKeyDown={(event) => event.key === 'Escape' && onDone(false)}>
      <ErrorSummary form={form} problem={conflict ? null : problem} fields={labelled(labels, t)} />
      {conflict && <FrameConflict meeting={meeting} theirs={theirs} base={frameOf(base)} fields={changedFields(frameOf(base), frameOf(theirs))} own={own} label={(field) => t(labels[field])} onChoose={choose} onSettled={settle} />}
      <Field id={id('leadMembershipId')} label={t('frame.lead')} error={errorOf('leadMembershipId')}>
        {(control) => (
          <select {...control} ref={first} className="form-select" value={own.leadMembershipId ?? ''} onChange={(event) => set('leadMembershipId', event.target.value || null)}>
            <option value="">{t('frame.nobody')}</option>
            {leads.map((person) => (
              <option key={person.membershipId} value={person.membershipId}>
                {personAndAuthority(person)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id={id('ledBy')} label={t('frame.ledBy')} optional hint={t('frame.ledByHint')} error={errorOf('ledBy')}>
        {(control) => <input {...control} className="form-input" value={own.ledBy} onChange={(event) => set('ledBy', event.target.value)} />}
      </Field>
      <div className="field-row">
        <Field id={id('plannedMinutes')} label={t('agenda.minutes')} error={errorOf('plannedMinutes')}>
          {(control) => (
            <input {...control} type="number" inputMode="numeric" min={1} className="form-input" value={own.plannedMinutes || ''} onChange={(event) => set('plannedMinutes', Number(event.target.value))} />
          )}
        </Field>
        <Field id={id('outputType')} label={t('agenda.outputType')} error={errorOf('outputType')}>
          {(control) => (
            <select {...control} className="form-select" value={own.outputType} onChange={(event) => set('outputType', event.target.value as OutputType)}>
              {outputTypes.map((choice) => (
                <option key={choice} value={choice}>
                  {t(`outputType.${choice}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {item.parentId === null && (
        <Field id={id('section')} label={t('frame.section')} optional hint={t('frame.sectionHint')} error={errorOf('section')}>
          {(control) => (
            <>
              <input {...control} className="form-input" list="frame-sections" value={own.section ?? ''} onChange={(event) => set('section', event.target.value || null)} />
              <datalist id="frame-sections">
                {sections.map((section) => (
                  <option key={section} value={section} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      )}
      {(item.aboutPerson || item.legalBasis) && (
        <Field id={id('legalBasisId')} label={t('agenda.legalBasis')} error={errorOf('legalBasisId')}>
          {(control) => (
            <select {...control} className="form-select" value={own.legalBasisId ?? ''} onChange={(event) => set('legalBasisId', event.target.value || null)}>
              {!item.aboutPerson && <option value="">{t('audience.noBasis')}</option>}
              {meeting.legalBases.map((basis) => (
                <option key={basis.id} value={basis.id}>
                  {basis.label}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Choice id={id('mandatory')} type="checkbox" checked={own.mandatory} disabled={item.mandatory && item.fromTemplate} onChange={(on) => set('mandatory', on)}>
        {t('frame.mandatory')}
      </Choice>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={save.isPending}>
          {t('frame.save')}
        </button>
        <button type="button" className="button button-tertiary" onClick={() => onDone(false)}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
