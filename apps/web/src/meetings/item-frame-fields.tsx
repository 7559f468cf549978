import { outputTypes } from '@lib/contracts/enums.js';
import { useTranslation } from 'react-i18next';
import type { Meeting, OutputType } from '../api/types.js';
import { Field, fieldId } from '../shell/form.js';

export interface ItemFrameDraft {
  title: string;
  minutes: string;
  outputType: OutputType;
  /** null: the usual one. */
  legalBasisId: string | null;
}

export const emptyItemFrame: ItemFrameDraft = { title: '', minutes: '10', outputType: 'discussion', legalBasisId: null };

/** What the draft asks of the server. */
export const frameOf = ({ title, minutes, outputType, legalBasisId }: ItemFrameDraft) => ({ title: title.trim(), plannedMinutes: Number(minutes), outputType, ...(legalBasisId === null ? {} : { legalBasisId }) });

/** Labels of the fields, as the error summary names them. */
export const itemFrameLabels = { title: 'item.title', plannedMinutes: 'agenda.minutes', outputType: 'agenda.outputType', legalBasisId: 'agenda.legalBasis' } as const;

interface ItemFrameFieldsProps {
  form: string;
  meeting: Meeting;
  draft: ItemFrameDraft;
  onChange: (draft: ItemFrameDraft) => void;
  titleHint: string;
  errorOf: (field: string) => string | undefined;
}

/** Title, minutes and purpose of a new item. */
export function ItemFrameFields({ form, draft, onChange, titleHint, errorOf }: Omit<ItemFrameFieldsProps, 'meeting'>) {
  const { t } = useTranslation();
  const change = (part: Partial<ItemFrameDraft>) => onChange({ ...draft, ...part });
  return (
    <>
      <Field id={fieldId(form, 'title')} label={t('item.title')} hint={titleHint} error={errorOf('title')}>
        {(control) => <input {...control} className="form-input" autoFocus value={draft.title} onChange={(event) => change({ title: event.target.value })} />}
      </Field>
      <div className="field-row">
        <Field id={fieldId(form, 'plannedMinutes')} label={t('agenda.minutes')} error={errorOf('plannedMinutes')}>
          {(control) => <input {...control} type="number" inputMode="numeric" min={1} className="form-input" value={draft.minutes} onChange={(event) => change({ minutes: event.target.value })} />}
        </Field>
        <Field id={fieldId(form, 'outputType')} label={t('agenda.outputType')} error={errorOf('outputType')}>
          {(control) => (
            <select {...control} className="form-select" value={draft.outputType} onChange={(event) => change({ outputType: event.target.value as OutputType })}>
              {outputTypes.map((choice) => (
                <option key={choice} value={choice}>
                  {t(`outputType.${choice}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </>
  );
}

/** The legal basis of a new item, where the kind of meeting asks for one: the usual one is chosen before. */
export function ItemBasisField({ form, meeting, draft, onChange, errorOf }: Omit<ItemFrameFieldsProps, 'titleHint'>) {
  const { t } = useTranslation();
  const legalBases = meeting.legalBases.filter((one) => one.id !== 'none');
  if (legalBases.length === 0) return null;
  return (
    <Field id={fieldId(form, 'legalBasisId')} label={t('agenda.legalBasis')} hint={t('agenda.legalBasisHint')} error={errorOf('legalBasisId')}>
      {(control) => (
        <select {...control} className="form-select" value={draft.legalBasisId ?? legalBases[0]!.id} onChange={(event) => onChange({ ...draft, legalBasisId: event.target.value })}>
          {legalBases.map((one) => (
            <option key={one.id} value={one.id}>
              {one.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
