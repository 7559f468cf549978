import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { embargoParties, type EmbargoParty } from '@lib/contracts/enums.js';
import { ApiProblem } from '../api/problem.js';
import { danishInstant } from '../dates.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId, Fieldset } from '../shell/form.js';

interface Values {
  parties: EmbargoParty[];
  other: string | null;
  reason: string;
  reviewAt: string;
}

interface EmbargoFormProps {
  kind: 'set' | 'review' | 'lift';
  form: string;
  command: { error: Error | null; isPending: boolean; send: (values: Values, key: string) => void };
  onLeave: () => void;
}

/** Setting an embargo, moving its review or lifting it: the same questions, as far as they are asked. What was typed stays on a refusal. */
export function EmbargoForm({ kind, form, command, onLeave }: EmbargoFormProps) {
  const { t } = useTranslation();
  const [parties, setParties] = useState<EmbargoParty[]>([]);
  const [other, setOther] = useState('');
  const [reason, setReason] = useState('');
  const [day, setDay] = useState('');
  const [time, setTime] = useState('12:00');
  // The same for every try.
  const key = useRef(crypto.randomUUID());
  const problem = command.error instanceof ApiProblem ? command.error : null;
  const errorOf = fieldErrors(problem);
  const id = (name: string) => fieldId(form, name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!command.isPending) command.send({ parties, other: other.trim() || null, reason: reason.trim(), reviewAt: danishInstant(day, time) }, key.current);
  };
  return (
    <form
      className="inline-form"
      noValidate
      onSubmit={submit}
      aria-label={t(`embargo.form.${kind}`)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onLeave();
      }}
    >
      <ErrorSummary form={form} problem={problem} fields={{ parties: t('embargo.parties'), other: t('embargo.other'), reason: t(kind === 'set' ? 'embargo.basis' : 'embargo.why'), reviewAt: t('embargo.reviewDay') }} />
      {kind === 'set' && (
        <>
          <Fieldset id={id('parties')} legend={t('embargo.parties')} error={errorOf('parties')}>
            {embargoParties.map((party) => (
              <Choice key={party} id={id(`towards-${party}`)} type="checkbox" checked={parties.includes(party)} onChange={() => setParties((before) => embargoParties.filter((one) => before.includes(one) !== (one === party)))}>
                {t(`embargo.party.${party}`)}
              </Choice>
            ))}
          </Fieldset>
          {parties.includes('other') && (
            <Field id={id('other')} label={t('embargo.other')} hint={t('embargo.otherHint')} error={errorOf('other')}>
              {(control) => <input {...control} className="form-input" maxLength={120} value={other} onChange={(event) => setOther(event.target.value)} />}
            </Field>
          )}
        </>
      )}
      <Field id={id('reason')} label={t(kind === 'set' ? 'embargo.basis' : 'embargo.why')} error={errorOf('reason')}>
        {(control) => <textarea {...control} rows={3} className="form-input" maxLength={1500} value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      {kind !== 'lift' && (
        <>
          <Field id={id('reviewAt')} label={t('embargo.reviewDay')} error={errorOf('reviewAt')}>
            {(control) => <input {...control} type="date" className="form-input" value={day} onChange={(event) => setDay(event.target.value)} />}
          </Field>
          <Field id={id('time')} label={t('embargo.reviewTime')}>
            {(control) => <input {...control} type="time" className="form-input" value={time} onChange={(event) => setTime(event.target.value)} />}
          </Field>
        </>
      )}
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={command.isPending}>
          {t(`embargo.form.${kind}`)}
        </button>
        <button type="button" className="button button-tertiary" onClick={onLeave}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
