import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Item, ItemFrame, Meeting } from '../api/types.js';
import { Choice } from '../shell/form.js';
import { personAndAuthority } from '../shell/people.js';
import { frameOf, type FrameField } from './frame.js';

interface FrameConflictProps {
  meeting: Meeting;
  theirs: Item;
  /** What stood when both began. */
  base: ItemFrame;
  /** What the other one changed. */
  fields: readonly FrameField[];
  own: ItemFrame;
  label: (field: FrameField) => string;
  onChoose: (field: FrameField, which: 'own' | 'theirs') => void;
  onSettled: () => void;
}

/** Both versions of what somebody else changed meanwhile; one is chosen for each field. */
export function FrameConflict({ meeting, theirs, base, fields, own, label, onChoose, onSettled }: FrameConflictProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  // The form takes a choice over only when all are made: until then both stay readable.
  const [mine] = useState(own);
  // What only the other one touched is no question.
  const differing = fields.filter((field) => mine[field] !== base[field] && mine[field] !== frameOf(theirs)[field]);
  const [choices, setChoices] = useState<Partial<Record<FrameField, 'own' | 'theirs'>>>({});
  useEffect(() => box.current?.focus(), []);
  const who = theirs.change ? personAndAuthority(theirs.change.by) : '';
  const show = (field: FrameField, frame: ItemFrame): string => {
    const value = frame[field];
    if (field === 'leadMembershipId') {
      const lead = meeting.participants.find((person) => person.membershipId === value);
      return lead ? personAndAuthority(lead) : t('frame.nobody');
    }
    if (field === 'outputType') return t(`outputType.${frame.outputType}`);
    if (field === 'legalBasisId') return meeting.legalBases.find((basis) => basis.id === value)?.label ?? t('audience.noBasis');
    if (field === 'mandatory') return t(frame.mandatory ? 'frame.yes' : 'frame.no');
    return value === null || value === '' ? t('frame.empty') : String(value);
  };
  const settle = () => {
    for (const field of fields) if (!differing.includes(field) || choices[field] !== 'own') onChoose(field, 'theirs');
    onSettled();
  };
  return (
    <div ref={box} className="alert alert-warning frame-conflict" role="alert" tabIndex={-1}>
      <p className="alert-heading">{t('frame.conflict', { who })}</p>
      <div className="alert-text">
        {differing.length === 0 && <p>{t('frame.noDifference')}</p>}
        {differing.map((field) => (
          <fieldset key={field}>
            <legend className="form-label">{label(field)}</legend>
            <Choice id={`conflict-${field}-own`} type="radio" name={`conflict-${field}`} checked={choices[field] === 'own'} onChange={() => setChoices((old) => ({ ...old, [field]: 'own' }))}>
              {t('frame.own', { value: show(field, mine) })}
            </Choice>
            <Choice id={`conflict-${field}-theirs`} type="radio" name={`conflict-${field}`} checked={choices[field] === 'theirs'} onChange={() => setChoices((old) => ({ ...old, [field]: 'theirs' }))}>
              {t('frame.theirs', { value: show(field, frameOf(theirs)), who })}
            </Choice>
          </fieldset>
        ))}
        <p className="button-line">
          <button type="button" className="button button-secondary" aria-disabled={differing.some((field) => !choices[field])} onClick={() => differing.every((field) => choices[field]) && settle()}>
            {t('frame.useChoice')}
          </button>
        </p>
      </div>
    </div>
  );
}
