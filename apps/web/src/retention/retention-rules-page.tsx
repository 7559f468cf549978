import type { TFunction } from 'i18next';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { AdministrationFrame } from '../administration/administration-frame.js';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { RetentionRule } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { PageHeading } from '../shell/page-heading.js';
import './retention.css';

const form = 'retention-rule';
const labels = { months: 'retention.rules.monthsField', waitingDays: 'retention.rules.daysField' } as const;

/** How long each kind of the authority's meetings is kept, set by its administrators, version upon version. */
export function RetentionRulesPage() {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<string | null>(null);
  const [saved, setSaved] = useState('');
  return (
    <AdministrationFrame>
      <PageHeading title={t('retention.rules.title')} />
      <p>{t('retention.rules.lead')}</p>
      <p>{t('retention.rules.forward')}</p>
      <p role="status">{saved && t('retention.rules.saved', { kind: saved })}</p>
      <Rules
        editing={editing}
        onEdit={(kindId) => {
          setSaved('');
          setEditing(kindId);
        }}
        onDone={(kind) => {
          setEditing(null);
          setSaved(kind ?? '');
        }}
      />
    </AdministrationFrame>
  );
}

function Rules({ editing, onEdit, onDone }: { editing: string | null; onEdit: (kindId: string) => void; onDone: (kind?: string) => void }) {
  const { t } = useTranslation();
  const rules = useQuery(queries.retentionRules());
  return (
    <Answer query={rules} lines={10}>
      {(data) => (
        <ul className="unstyled-list retention-rules no-max-width">
          {data.rules.map((rule) => (
            <li key={rule.kindId}>
              <div className="admin-line">
                <h2 className="h4" lang="da">
                  {rule.kindTitle}
                </h2>
                {editing !== rule.kindId && (
                  <button type="button" className="quiet-command" aria-label={t('retention.rules.change', { kind: rule.kindTitle })} onClick={() => onEdit(rule.kindId)}>
                    {t('retention.rules.changeShort')}
                  </button>
                )}
              </div>
              <p className="no-max-width">{inWords(t, rule)}</p>
              <p className="quiet">{rule.version === 0 ? t('retention.rules.shipped') : t('retention.rules.version', { version: rule.version })}</p>
              {editing === rule.kindId && <RuleForm rule={rule} onDone={onDone} />}
              {rule.history.length > 0 && (
                <details>
                  <summary>{t('retention.rules.history')}</summary>
                  <ul>
                    {rule.history.toReversed().map((one) => (
                      <li key={one.version}>{t('retention.rules.entry', { version: one.version, who: one.setBy, time: dayAndTime(one.setAt), rule: inWords(t, one) })}</li>
                    ))}
                  </ul>
                </details>
              )}
            </li>
          ))}
        </ul>
      )}
    </Answer>
  );
}

const inWords = (t: TFunction, rule: Pick<RetentionRule, 'months' | 'waitingDays' | 'secondPerson'>) =>
  `${t('retention.rules.sentence', { months: t('retention.rules.months', { count: rule.months }), days: t('retention.rules.days', { count: rule.waitingDays }) })} ${t(rule.secondPerson ? 'retention.rules.two' : 'retention.rules.none')}`;

function RuleForm({ rule, onDone }: { rule: RetentionRule; onDone: (kind?: string) => void }) {
  const { t } = useTranslation();
  const [months, setMonths] = useState(String(rule.months));
  const [waitingDays, setWaitingDays] = useState(String(rule.waitingDays));
  const [secondPerson, setSecondPerson] = useState(rule.secondPerson);
  const keys = useRef(creationKeys());
  const save = useMutation({
    mutationFn: () => {
      const body = { kindId: rule.kindId, months: Number(months), waitingDays: Number(waitingDays), secondPerson, version: rule.version };
      return api.setRetentionRule(body, keys.current(body));
    },
    onSuccess: (data) => {
      queryClient.setQueryData(queries.retentionRules().queryKey, data);
      void queryClient.invalidateQueries({ queryKey: ['administration', 'deletions'] });
      onDone(rule.kindTitle);
    },
    onError: (error) => error instanceof ApiProblem && error.status === 412 && void queryClient.invalidateQueries({ queryKey: queries.retentionRules().queryKey }),
  });
  const problem = save.error instanceof ApiProblem ? save.error : null;
  const errorOf = fieldErrors(problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  return (
    <form className="inline-form" noValidate onSubmit={submit} aria-label={t('retention.rules.change', { kind: rule.kindTitle })} onKeyDown={(event) => event.key === 'Escape' && onDone()}>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      <Field id={fieldId(form, 'months')} label={t('retention.rules.monthsField')} hint={t('retention.rules.monthsHint')} error={errorOf('months')}>
        {(control) => <input {...control} autoFocus type="number" min={1} max={240} className="form-input input-width-xs" value={months} onChange={(event) => setMonths(event.target.value)} />}
      </Field>
      <Field id={fieldId(form, 'waitingDays')} label={t('retention.rules.daysField')} hint={t('retention.rules.daysHint')} error={errorOf('waitingDays')}>
        {(control) => <input {...control} type="number" min={14} max={365} className="form-input input-width-xs" value={waitingDays} onChange={(event) => setWaitingDays(event.target.value)} />}
      </Field>
      <Choice id={fieldId(form, 'secondPerson')} type="checkbox" checked={secondPerson} onChange={setSecondPerson}>
        {t('retention.rules.secondField')}
      </Choice>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={save.isPending}>
          {t('retention.rules.save')}
        </button>
        <button type="button" className="button button-tertiary" onClick={() => onDone()}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
