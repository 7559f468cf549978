import { useMutation, useQueries } from '@tanstack/react-query';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/problem.js';
import { queries } from '../api/queries.js';
import type { FindTimeQuestion, FoundTime, PersonRef, TimesFound } from '../api/types.js';
import { dateAt } from '../dates.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { FoundTimes } from './found-times.js';
import { AskedPeople, type Part } from './asked-people.js';
import './find-time.css';

const form = 'find-time';
const labels = {
  required: 'findTime.people',
  fromDate: 'findTime.from',
  toDate: 'findTime.to',
  earliest: 'findTime.earliest',
  latest: 'findTime.latest',
  durationMinutes: 'newSeries.duration',
  kindId: 'newSeries.kind',
} as const;
const id = (name: keyof typeof labels) => fieldId(form, name);

const days = (count: number) => dateAt(new Date(Date.now() + count * 86_400_000));
const weeksAtFirst = 8;

interface FindTimePanelProps {
  people: readonly PersonRef[];
  /** Whoever has a substitute in the contact register may come by her, unless somebody says otherwise. */
  orSubstituteAtFirst?: boolean;
  durationMinutes: number;
  ask: (question: FindTimeQuestion) => Promise<TimesFound>;
  onChoose: (time: FoundTime) => void;
  onClose: () => void;
}

/**
 * Asks when people can come, and fills the time chosen into the form around it. It stands within that form, so that it is
 * none itself: Enter in its fields asks, and sends nothing else.
 */
export function FindTimePanel({ people, orSubstituteAtFirst = false, durationMinutes, ask, onChoose, onClose }: FindTimePanelProps) {
  const { t } = useTranslation();
  const [parts, setParts] = useState<Readonly<Record<string, Part>>>({});
  const [fromDate, setFromDate] = useState(() => days(1));
  const [toDate, setToDate] = useState(() => days(weeksAtFirst * 7));
  const [earliest, setEarliest] = useState('08:00');
  const [latest, setLatest] = useState('16:00');
  const [quorate, setQuorate] = useState(true);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);

  const registers = useQueries({ queries: [...new Set(people.map(({ authority }) => authority.id))].map((authorityId) => queries.contactsOf(authorityId)) });
  const replaceable = new Set(registers.flatMap(({ data }) => data?.contacts ?? []).flatMap(({ holder, substitutes }) => (holder !== null && substitutes.length > 0 ? [holder.membershipId] : [])));

  const partOf = ({ membershipId }: PersonRef): Part => parts[membershipId] ?? (orSubstituteAtFirst && replaceable.has(membershipId) ? 'orSubstitute' : 'required');
  const found = useMutation({ mutationFn: ask });
  const problem = found.error instanceof ApiProblem ? found.error : null;
  const errorOf = fieldErrors(problem);
  const search = () => {
    if (found.isPending) return;
    const having = (part: Part) => people.filter((one) => partOf(one) === part).map(({ membershipId }) => membershipId);
    const orSubstitute = having('orSubstitute');
    found.mutate({ required: [...having('required'), ...orSubstitute], optional: having('optional'), orSubstitute, durationMinutes, fromDate, toDate, earliest, latest, quorate });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      search();
    }
  };

  return (
    <section className="find-time" aria-labelledby="find-time-heading" onKeyDown={onKeyDown}>
      <h3 className="h4" id="find-time-heading" ref={heading} tabIndex={-1}>
        {t('findTime.heading')}
      </h3>
      <p className="quiet">{t('findTime.knows')}</p>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      <AskedPeople id={id('required')} people={people} replaceable={replaceable} partOf={partOf} onChange={(membershipId, part) => setParts({ ...parts, [membershipId]: part })} error={errorOf('required')} />
      <div className="field-row">
        <Field id={id('fromDate')} label={t('findTime.from')} error={errorOf('fromDate')}>
          {(control) => <input {...control} type="date" className="form-input" min={days(1)} value={fromDate} onChange={(event) => setFromDate(event.target.value)} />}
        </Field>
        <Field id={id('toDate')} label={t('findTime.to')} error={errorOf('toDate')}>
          {(control) => <input {...control} type="date" className="form-input" min={fromDate} value={toDate} onChange={(event) => setToDate(event.target.value)} />}
        </Field>
        <Field id={id('earliest')} label={t('findTime.earliest')} error={errorOf('earliest')}>
          {(control) => <input {...control} type="time" className="form-input" value={earliest} onChange={(event) => setEarliest(event.target.value)} />}
        </Field>
        <Field id={id('latest')} label={t('findTime.latest')} error={errorOf('latest')}>
          {(control) => <input {...control} type="time" className="form-input" value={latest} onChange={(event) => setLatest(event.target.value)} />}
        </Field>
      </div>
      <Choice id="find-time-quorate" type="checkbox" checked={quorate} onChange={setQuorate}>
        {t('findTime.quorate')}
      </Choice>
      <p className="button-line">
        <button type="button" className="button button-secondary" aria-disabled={found.isPending} onClick={search}>
          <Icon name="search" /> {found.isPending ? t('findTime.searching') : t('findTime.search')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onClose}>
          {t('findTime.close')}
        </button>
      </p>
      <p role="status" className="sr-only">
        {found.data && (found.data.times.length > 0 ? t('findTime.found', { count: found.data.times.length }) : t('findTime.none'))}
      </p>
      {found.data && <FoundTimes found={found.data} onChoose={onChoose} />}
    </section>
  );
}
