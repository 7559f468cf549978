import { decisionPeriods, decisionSorts, decisionStates } from '@lib/contracts/enums.js';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/session.js';
import type { FilterOptions } from '../api/types.js';
import { Icon } from '../shell/icon.js';
import { personAndAuthority } from '../shell/people.js';
import { isCaseReference, isDay, isFiltered, type LogFilter } from './filters.js';

const parts = ['authority', 'responsible', 'overdue', 'period', 'kind', 'series', 'meeting', 'basis', 'case'] as const;
type Part = (typeof parts)[number];

/** What a part stands for in the filter. */
const keysOf: Record<Part, (keyof LogFilter)[]> = {
  authority: ['authorityId'],
  responsible: ['responsiblePersonId'],
  overdue: ['overdue'],
  period: ['period', 'from', 'to'],
  kind: ['kindId'],
  series: ['seriesId'],
  meeting: ['meetingId'],
  basis: ['legalBasisId'],
  case: ['caseReference'],
};

interface SentenceProps {
  filter: LogFilter;
  change: (part: LogFilter) => void;
  options: FilterOptions | undefined;
}

/** The filters as a sentence; each of its parts is a field of its own, opened and left by keyboard like any other. */
export function FilterSentence({ filter, change, options }: SentenceProps) {
  const { t } = useTranslation();
  const leads = useSession().acting.role === 'leader';
  const [begun, setBegun] = useState<readonly Part[]>([]);
  const box = useRef<HTMLFormElement>(null);
  const justBegun = useRef<Part | 'add' | null>(null);
  const given = (part: Part) => keysOf[part].some((key) => filter[key]);
  const shown = parts.filter((part) => given(part) || begun.includes(part));
  // A meeting is chosen on its own page, not out of a list of all.
  const offered = parts.filter((part) => !shown.includes(part) && part !== 'meeting');

  useEffect(() => {
    if (justBegun.current === null) return;
    box.current?.querySelector<HTMLElement>(`[data-part="${justBegun.current}"]`)?.focus();
    justBegun.current = null;
  });

  const begin = (part: Part) => {
    justBegun.current = part;
    setBegun([...begun, part]);
    if (part === 'overdue') change({ overdue: 'true' });
  };
  const remove = (part: Part) => {
    justBegun.current = 'add';
    setBegun(begun.filter((one) => one !== part));
    change(Object.fromEntries(keysOf[part].map((key) => [key, undefined])));
  };

  const choices: Partial<Record<Part, { id: string; name: string }[]>> = {
    authority: options?.authorities ?? [],
    responsible: options?.people.map((person) => ({ id: person.id, name: personAndAuthority(person) })) ?? [],
    kind: options?.kinds ?? [],
    series: options?.series ?? [],
    basis: options?.legalBases ?? [],
  };

  const body = (part: Part): ReactNode => {
    if (part === 'overdue' || part === 'meeting') return t(`log.part.${part}.before`);
    if (part === 'period') return <Period filter={filter} change={change} />;
    if (part === 'case') return <CaseReference value={filter.caseReference ?? ''} onCommit={(caseReference) => change({ caseReference })} />;
    const key = keysOf[part][0]!;
    return (
      <>
        {t(`log.part.${part}.before`)}{' '}
        <Select
          part={part}
          label={t(`log.part.${part}.label`)}
          value={filter[key] ?? ''}
          choices={[{ id: '', name: t('log.choose') }, ...choices[part]!]}
          onChange={(value) => (value === '' ? remove(part) : change({ [key]: value }))}
        />
        {part === 'responsible' && ` ${t('log.part.responsible.after')}`}
      </>
    );
  };

  const stateChoices = [...(leads ? (['waiting'] as const) : []), ...decisionStates];
  return (
    <form ref={box} className="filter-sentence" aria-label={t('log.filters')} onSubmit={(event) => event.preventDefault()}>
      <span className="filter-part">
        {t(isFiltered(filter) || begun.length > 0 ? 'log.start' : 'log.startAll')}{' '}
        <Select
          label={t('log.state.label')}
          value={filter.waiting ? 'waiting' : (filter.state ?? '')}
          choices={[{ id: '', name: t('log.state.any') }, ...stateChoices.map((one) => ({ id: one, name: t(`log.state.${one}`) }))]}
          onChange={(value) => change({ waiting: value === 'waiting' ? 'true' : undefined, state: decisionStates.find((one) => one === value) })}
        />
        ,
      </span>{' '}
      {shown.map((part) => (
        <span key={part} className="filter-part">
          {body(part)}
          <button type="button" className="filter-remove" data-part={part === 'overdue' ? part : undefined} aria-label={t('log.remove', { part: t(`log.part.${part}.label`) })} onClick={() => remove(part)}>
            <Icon name="close" />
          </button>
          ,{' '}
        </span>
      ))}
      <span className="filter-part">
        <Select
          label={t('log.sort.label')}
          value={filter.sort ?? 'newest'}
          choices={decisionSorts.map((one) => ({ id: one, name: t(`log.sort.${one}`) }))}
          onChange={(value) => change({ sort: decisionSorts.find((one) => one === value) })}
        />
        .
      </span>{' '}
      <span className="filter-part">
        {offered.length > 0 && (
          <select className="filter-add" data-part="add" aria-label={t('log.add')} value="" onChange={(event) => begin(event.target.value as Part)}>
            <option value="">+ {t('log.add')}</option>
            {offered.map((part) => (
              <option key={part} value={part}>
                {t(`log.part.${part}.label`)}
              </option>
            ))}
          </select>
        )}
        {(isFiltered(filter) || begun.length > 0) && (
          <button
            type="button"
            className="link-button filter-reset"
            onClick={() => {
              justBegun.current = 'add';
              setBegun([]);
              change(Object.fromEntries([...parts.flatMap((part) => keysOf[part]), 'waiting', 'state'].map((key) => [key, undefined])));
            }}
          >
            {t('log.reset')}
          </button>
        )}
      </span>
    </form>
  );
}

interface SelectProps {
  part?: Part;
  label: string;
  value: string;
  choices: readonly { id: string; name: string }[];
  onChange: (value: string) => void;
}

function Select({ part, label, value, choices, onChange }: SelectProps) {
  const { t } = useTranslation();
  // A shared link may name what this reader cannot see; the sentence says so instead of another name.
  const isKnown = choices.some(({ id }) => id === value);
  return (
    <select className="filter-choice" data-part={part} aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      {!isKnown && <option value={value}>{t('log.unknown')}</option>}
      {choices.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Period({ filter, change }: Pick<SentenceProps, 'filter' | 'change'>) {
  const { t } = useTranslation();
  // Whoever types the days the wrong way round means the days between.
  const commit = (from: string | undefined, to: string | undefined) => change(from && to && to < from ? { from: to, to: from } : { from, to });
  return (
    <>
      <Select
        part="period"
        label={t('log.part.period.which')}
        value={filter.period ?? 'recorded'}
        choices={decisionPeriods.map((one) => ({ id: one, name: t(`log.part.period.${one}`) }))}
        onChange={(value) => change({ period: value === 'deadline' ? 'deadline' : undefined })}
      />{' '}
      {t('log.part.period.from')} <DayField label={t('log.part.period.fromLabel')} value={filter.from ?? ''} onCommit={(from) => commit(from, filter.to)} />{' '}
      {t('log.part.period.to')} <DayField label={t('log.part.period.toLabel')} value={filter.to ?? ''} onCommit={(to) => commit(filter.from, to)} />
    </>
  );
}

function DayField({ label, value, onCommit }: { label: string; value: string; onCommit: (day: string | undefined) => void }) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <input
      type="date"
      className="filter-choice"
      aria-label={label}
      value={draft}
      onChange={({ target }) => {
        setDraft(target.value);
        if (target.value === '' || isDay(target.value)) onCommit(target.value || undefined);
      }}
    />
  );
}

/** Only a whole reference goes into the address; what is half typed stays in the field. */
function CaseReference({ value, onCommit }: { value: string; onCommit: (reference: string | undefined) => void }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(value);
  const [wrong, setWrong] = useState(false);
  useEffect(() => setDraft(value), [value]);
  const commit = () => {
    const text = draft.trim();
    setWrong(text !== '' && !isCaseReference(text));
    if (text !== value && (text === '' || isCaseReference(text))) onCommit(text || undefined);
  };
  return (
    <>
      {t('log.part.case.before')}{' '}
      <input
        className="filter-choice filter-case"
        data-part="case"
        aria-label={t('log.part.case.label')}
        aria-invalid={wrong || undefined}
        aria-describedby={wrong ? 'filter-case-error' : undefined}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
      {wrong && (
        <span id="filter-case-error" role="alert" className="form-error-message filter-error">
          {t('log.part.case.error')}
        </span>
      )}
    </>
  );
}
