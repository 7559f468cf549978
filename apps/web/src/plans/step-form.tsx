import { useMutation, useQuery } from '@tanstack/react-query';
import { planGates } from '@lib/contracts/enums.js';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { NewPlanStep, Plan, PlanGate, PlanStep, PlanStepKind } from '../api/types.js';
import { Answer } from '../shell/answer.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { personAndAuthority } from '../shell/people.js';
import { kindsOf, useStepTitle } from './step-title.js';

interface StepFormProps {
  itemId: string;
  plan: Plan;
  /** The step that gives its place to the one written here. */
  replaces?: PlanStep;
  number?: number;
  onDone: (isSaved: boolean) => void;
}

const emptyStep = { kind: '', text: '', ownerPersonId: '', day: '', time: '', place: '', trustedAdult: '', awaits: '', caseReference: '' };

/** One step of a plan: what, who, when, and whose word it waits for. */
export function StepForm({ itemId, plan, replaces, number, onDone }: StepFormProps) {
  const { t } = useTranslation();
  const stepTitle = useStepTitle();
  const form = replaces ? `step-${replaces.id}` : `step-${plan}`;
  const id = (name: string) => fieldId(form, name);
  const options = useQuery(queries.decisionOptions(itemId));
  const [step, setStep] = useState(() =>
    replaces === undefined
      ? emptyStep
      : {
          kind: replaces.kind as string,
          text: replaces.text,
          ownerPersonId: replaces.followUp.owner.id,
          day: replaces.followUp.deadline,
          time: replaces.time ?? '',
          place: replaces.place ?? '',
          trustedAdult: replaces.trustedAdult ?? '',
          awaits: replaces.awaits ?? '',
          caseReference: replaces.followUp.caseReference ?? '',
        },
  );
  const set = (name: keyof typeof emptyStep) => (event: { target: { value: string } }) => setStep((before) => ({ ...before, [name]: event.target.value }));
  const first = useRef<HTMLSelectElement>(null);
  const isReady = options.data !== undefined;
  useEffect(() => {
    if (isReady) first.current?.focus();
  }, [isReady]);
  const keys = useRef(creationKeys());
  const save = useMutation({
    mutationFn: (body: NewPlanStep) => (replaces ? api.replacePlanStep(replaces.id, body) : api.addPlanStep(itemId, body, keys.current(body))),
    onSuccess: (plans) => {
      queryClient.setQueryData(queries.itemPlans(itemId).queryKey, plans);
      void queryClient.invalidateQueries({ queryKey: queries.itemFollowUps(itemId).queryKey });
      onDone(true);
    },
    onError: (error) => {
      // Somebody was quicker: what stands now is shown above what was typed.
      if (error instanceof ApiProblem && error.status === 412) void queryClient.invalidateQueries({ queryKey: queries.itemPlans(itemId).queryKey });
    },
  });
  const problem = save.error instanceof ApiProblem ? save.error : null;
  const errorOf = fieldErrors(problem);
  const labels = {
    kind: `plan.kind_${plan}`,
    text: `plan.text_${plan}`,
    ownerPersonId: 'plan.owner',
    day: 'plan.day',
    time: 'plan.time',
    place: 'plan.place',
    trustedAdult: 'plan.trustedAdult',
    awaits: 'plan.awaits',
    caseReference: 'plan.caseReference',
  } as const;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    save.mutate({
      plan,
      kind: step.kind as PlanStepKind,
      text: step.text.trim(),
      ownerPersonId: step.ownerPersonId,
      day: step.day,
      time: step.time || null,
      place: step.place.trim() || null,
      trustedAdult: step.trustedAdult.trim() || null,
      awaits: (step.awaits || null) as PlanGate | null,
      caseReference: step.caseReference.trim() || null,
    });
  };

  return (
    <section
      className="inline-form"
      aria-labelledby={`${form}-heading`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onDone(false);
      }}
    >
      <h4 id={`${form}-heading`} className="h5">
        {number === undefined ? t(`plan.new_${plan}`) : t('plan.edit', { number })}
      </h4>
      <Answer query={options} lines={6}>
        {({ people }) => (
          <form onSubmit={submit} noValidate>
            <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
            <div className="field-row">
              <Field id={id('kind')} label={t(labels.kind)} error={errorOf('kind')}>
                {(control) => (
                  <select {...control} ref={first} className="form-select" value={step.kind} onChange={set('kind')}>
                    <option value="">{t('form.choose')}</option>
                    {kindsOf[plan].map((kind) => (
                      <option key={kind} value={kind}>
                        {stepTitle(plan, kind)}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              <Field id={id('ownerPersonId')} label={t('plan.owner')} error={errorOf('ownerPersonId')}>
                {(control) => (
                  <select {...control} className="form-select" value={step.ownerPersonId} onChange={set('ownerPersonId')}>
                    <option value="">{t('form.choose')}</option>
                    {people.map((person) => (
                      <option key={person.id} value={person.id}>
                        {personAndAuthority(person)}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            </div>
            <Field id={id('text')} label={t(labels.text)} error={errorOf('text')}>
              {(control) => <textarea {...control} rows={2} className="form-input" value={step.text} onChange={set('text')} />}
            </Field>
            <div className="field-row">
              <Field id={id('day')} label={t('plan.day')} error={errorOf('day')}>
                {(control) => <input {...control} type="date" className="form-input" value={step.day} onChange={set('day')} />}
              </Field>
              <Field id={id('time')} label={t('plan.time')} optional error={errorOf('time')}>
                {(control) => <input {...control} type="time" className="form-input" value={step.time} onChange={set('time')} />}
              </Field>
              <Field id={id('place')} label={t('plan.place')} optional error={errorOf('place')}>
                {(control) => <input {...control} className="form-input" value={step.place} onChange={set('place')} />}
              </Field>
            </div>
            <div className="field-row">
              {plan === 'sequence' && (
                <Field id={id('trustedAdult')} label={t('plan.trustedAdult')} optional hint={t('plan.trustedAdultHint')} error={errorOf('trustedAdult')}>
                  {(control) => <input {...control} className="form-input" value={step.trustedAdult} onChange={set('trustedAdult')} />}
                </Field>
              )}
              <Field id={id('awaits')} label={t('plan.awaits')} {...(plan === 'informing' ? { hint: t('plan.awaitsHint') } : {})} error={errorOf('awaits')}>
                {(control) => (
                  <select {...control} className="form-select" value={step.awaits} onChange={set('awaits')}>
                    <option value="">{t('plan.awaitsNothing')}</option>
                    {planGates.map((gate) => (
                      <option key={gate} value={gate}>
                        {t(`planGate.${gate}`)}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              <Field id={id('caseReference')} label={t('plan.caseReference')} optional error={errorOf('caseReference')}>
                {(control) => <input {...control} className="form-input" value={step.caseReference} onChange={set('caseReference')} />}
              </Field>
            </div>
            <p className="button-line">
              <button type="submit" className="button button-primary" aria-disabled={save.isPending}>
                {t('plan.save')}
              </button>
              <button type="button" className="button button-tertiary" onClick={() => onDone(false)}>
                {t('form.cancel')}
              </button>
            </p>
          </form>
        )}
      </Answer>
    </section>
  );
}
