import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { YearPlan, YearPlanAbsence } from '../api/types.js';
import { dateAt, plainDate } from '../dates.js';
import { Field, fieldId } from '../shell/form.js';
import { PlanChange } from './plan-change.js';

const form = 'year-plan-absence';
const id = (name: string) => fieldId(form, name);
const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);

interface AbsenceFormProps {
  plan: YearPlan;
  onDone: () => void;
  onClose: () => void;
}

/** Somebody of one's own is away. */
export function AbsenceForm({ plan, onDone, onClose }: AbsenceFormProps) {
  const { t } = useTranslation();
  const [membershipId, setMembershipId] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const labels = { membershipId: t('yearPlan.who'), from: t('yearPlan.from'), to: t('yearPlan.to') };
  return (
    <PlanChange plan={plan} form={form} heading={t('yearPlan.absenceHeading')} fields={labels} step={membershipId && isDay(from) && isDay(to) ? { kind: 'absence', membershipId, from, to } : null} onDone={onDone} onClose={onClose}>
      {(errorOf) => (
        <div className="field-row">
          <Field id={id('membershipId')} label={labels.membershipId} error={errorOf('membershipId')}>
            {(control) => (
              <select {...control} className="form-select" value={membershipId} onChange={(event) => setMembershipId(event.target.value)}>
                <option value="">{t('yearPlan.choosePerson')}</option>
                {plan.people.map((one) => (
                  <option key={one.membershipId} value={one.membershipId}>
                    {one.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field id={id('from')} label={labels.from} error={errorOf('from')}>
            {(control) => <input {...control} type="date" className="form-input" min={dateAt(new Date())} value={from} onChange={(event) => setFrom(event.target.value)} />}
          </Field>
          <Field id={id('to')} label={labels.to} error={errorOf('to')}>
            {(control) => <input {...control} type="date" className="form-input" min={from} value={to} onChange={(event) => setTo(event.target.value)} />}
          </Field>
        </div>
      )}
    </PlanChange>
  );
}

/** Who is away, with the way back. */
export function Absences({ absences, onWithdraw }: { absences: readonly YearPlanAbsence[]; onWithdraw: (one: YearPlanAbsence) => void }) {
  const { t } = useTranslation();
  if (absences.length === 0) return <p className="quiet">{t('yearPlan.nobodyAway')}</p>;
  return (
    <ul className="unstyled-list">
      {absences.map((one) => {
        const span = t('yearPlan.span', { name: one.name, from: plainDate(one.from), to: plainDate(one.to) });
        return (
          <li key={`${one.membershipId} ${one.from} ${one.to}`}>
            {span}{' '}
            <button type="button" className="link-button" onClick={() => onWithdraw(one)}>
              {t('yearPlan.withdraw')}
              <span className="sr-only">: {span}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
