import type { TFunction } from 'i18next';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { BasisView, Sector } from '../api/types.js';
import { dateAt, dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId, Fieldset, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { PageHeading } from '../shell/page-heading.js';
import { AdministrationFrame } from './administration-frame.js';

const form = 'basis';
const labels = { label: 'bases.label', limits: 'bases.limits', sectors: 'bases.sectors', admitsInvestigation: 'bases.investigation', source: 'bases.sourceField', validFrom: 'bases.validFrom', validTo: 'bases.validTo' } as const;
const allSectors: readonly Sector[] = ['municipality', 'police', 'barnahus', 'health', 'forensic', 'school', 'other'];

/** What legal bases mean at the authority's own meetings, set by its administrators, version upon version. */
export function LegalBasesPage() {
  const { t } = useTranslation();
  const isAdministrator = useSession().acting.role === 'administrator';
  const bases = useQuery({ ...queries.basesInForce(), enabled: isAdministrator });
  const [editing, setEditing] = useState<string | null>(null);
  const [saved, setSaved] = useState('');
  const done = (label?: string) => {
    setEditing(null);
    setSaved(label ?? '');
  };
  return (
    <AdministrationFrame>
      <PageHeading title={t('bases.title')} />
      <p className="legal-bases-intro">{t('bases.intro')}</p>
      <p role="status">{saved && t('bases.saved', { label: saved })}</p>
      <Answer query={bases} lines={8}>
        {(data) => (
          <>
            {data.bases.map((basis) => (
              <section key={basis.id} className="legal-basis" aria-labelledby={`basis-${basis.id}`}>
                <h2 id={`basis-${basis.id}`} className="h4" lang="da">
                  {basis.label}
                </h2>
                <p lang="da">{basis.limits}</p>
                <p>
                  {t('bases.sectors')}: {sectorNames(t, basis.sectors)}.
                </p>
                {!basis.admitsInvestigation && (
                  <p>
                    <Icon name="info" /> {t('bases.noInvestigation')}
                  </p>
                )}
                <p className="quiet">
                  {basis.isOwn && `${t('bases.own')} · `}
                  {t('bases.version', { version: basis.version })} · {t('bases.source')} <span lang="da">{basis.source}</span>
                </p>
                {editing === basis.id ? (
                  <BasisForm basis={basis} onDone={done} />
                ) : (
                  <button type="button" className="quiet-command" aria-label={t('bases.change', { label: basis.label })} onClick={() => setEditing(basis.id)}>
                    {t('bases.changeShort')}
                  </button>
                )}
                {basis.history.length > 0 && (
                  <details>
                    <summary>{t('bases.history')}</summary>
                    <ul>
                      {basis.history.toReversed().map((one) => (
                        <li key={one.version}>{t('bases.entry', { version: one.version, who: one.setBy, time: dayAndTime(one.setAt), sectors: sectorNames(t, one.sectors), source: one.source })}</li>
                      ))}
                    </ul>
                  </details>
                )}
              </section>
            ))}
            {editing === 'new' ? (
              <BasisForm basis={null} onDone={done} />
            ) : (
              <p>
                <button type="button" className="button button-secondary" onClick={() => setEditing('new')}>
                  <Icon name="plus" /> {t('bases.add')}
                </button>
              </p>
            )}
          </>
        )}
      </Answer>
    </AdministrationFrame>
  );
}

const sectorNames = (t: TFunction, sectors: readonly Sector[]) => sectors.map((one) => t(`sector.${one}`)).join(', ');

function BasisForm({ basis, onDone }: { basis: BasisView | null; onDone: (label?: string) => void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLFormElement>(null);
  const isOwn = basis === null || basis.isOwn;
  const [label, setLabel] = useState(basis?.label ?? '');
  const [limits, setLimits] = useState(isOwn ? (basis?.limits ?? '') : '');
  const [chosen, setChosen] = useState<ReadonlySet<Sector>>(() => new Set(basis?.sectors));
  const [admitsInvestigation, setAdmitsInvestigation] = useState(isOwn && basis !== null && basis.admitsInvestigation);
  const [source, setSource] = useState('');
  const [validFrom, setValidFrom] = useState(() => dateAt(new Date()));
  const [validTo, setValidTo] = useState('');
  const keys = useRef(creationKeys());
  const save = useMutation({
    mutationFn: () => {
      const body = { basisId: basis?.id ?? null, label: isOwn ? label.trim() || null : null, limits: limits.trim() || null, sectors: [...chosen], admitsInvestigation, source: source.trim(), validFrom, validTo: validTo || null };
      return api.setBasis(body, keys.current(body));
    },
    onSuccess: (data) => {
      queryClient.setQueryData(queries.basesInForce().queryKey, data);
      for (const key of ['meeting', 'meetings']) void queryClient.invalidateQueries({ queryKey: [key] });
      onDone(basis?.label ?? label);
    },
  });
  const problem = save.error instanceof ApiProblem ? save.error : null;
  const errorOf = fieldErrors(problem);
  const id = (name: keyof typeof labels) => fieldId(form, name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  return (
    <form ref={box} className="inline-form" onSubmit={submit} noValidate aria-label={basis === null ? t('bases.add') : t('bases.change', { label: basis.label })} onKeyDown={(event) => event.key === 'Escape' && onDone()}>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      {isOwn && (
        <Field id={id('label')} label={t('bases.label')} error={errorOf('label')}>
          {(control) => <input {...control} autoFocus className="form-input" value={label} onChange={(event) => setLabel(event.target.value)} />}
        </Field>
      )}
      <Field id={id('limits')} label={t('bases.limits')} optional={!isOwn} hint={t(isOwn ? 'bases.limitsHint' : 'bases.limitsKeep')} error={errorOf('limits')}>
        {(control) => <textarea {...control} rows={3} className="form-input" value={limits} onChange={(event) => setLimits(event.target.value)} />}
      </Field>
      <Fieldset id={id('sectors')} legend={t('bases.sectors')} error={errorOf('sectors')}>
        {(basis?.admissible ?? allSectors).map((one) => (
          <Choice
            key={one}
            id={`${form}-${basis?.id ?? 'new'}-${one}`}
            type="checkbox"
            checked={chosen.has(one)}
            onChange={(on) => setChosen((before) => new Set(on ? [...before, one] : [...before].filter((other) => other !== one)))}
          >
            {t(`sector.${one}`)}
          </Choice>
        ))}
      </Fieldset>
      {isOwn && (
        <Fieldset id={id('admitsInvestigation')} legend={t('bases.investigation')} hint={t('bases.investigationHint')} error={errorOf('admitsInvestigation')}>
          <Choice id={`${form}-${basis?.id ?? 'new'}-investigation`} type="checkbox" checked={admitsInvestigation} onChange={setAdmitsInvestigation}>
            {t('bases.admitsInvestigation')}
          </Choice>
        </Fieldset>
      )}
      <Field id={id('source')} label={t('bases.sourceField')} hint={t('bases.sourceHint')} error={errorOf('source')}>
        {(control) => <input {...control} className="form-input" value={source} onChange={(event) => setSource(event.target.value)} />}
      </Field>
      <div className="field-row">
        <Field id={id('validFrom')} label={t('bases.validFrom')} error={errorOf('validFrom')}>
          {(control) => <input {...control} type="date" className="form-input" value={validFrom} onChange={(event) => setValidFrom(event.target.value)} />}
        </Field>
        <Field id={id('validTo')} label={t('bases.validTo')} optional error={errorOf('validTo')}>
          {(control) => <input {...control} type="date" className="form-input" min={validFrom} value={validTo} onChange={(event) => setValidTo(event.target.value)} />}
        </Field>
      </div>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={save.isPending}>
          {t('bases.save')}
        </button>
        <button type="button" className="button button-tertiary" onClick={() => onDone()}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
