import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries } from '../api/queries.js';
import type { NewSample, Sample } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId, Fieldset } from '../shell/form.js';
import { EntryLines } from './entries.js';

const form = 'sample';
const sizes = [5, 10, 25, 50];
const dayMs = 86_400_000;
const periods = [7, 30, 90];

/** The regular check: a random sample of what the own people were shown, answered entry by entry. */
export function Samples() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const list = useQuery(queries.auditSamples());
  const [chosen, setChosen] = useState<string | null>(null);
  const [size, setSize] = useState(10);
  const [days, setDays] = useState(30);
  // The same for every try, until it is drawn or something else is asked for.
  const [asked, setAsked] = useState<NewSample | null>(null);
  const keys = useRef(creationKeys());
  const draw = useMutation({
    mutationFn: (body: NewSample) => api.drawSample(body, keys.current(body)),
    onSuccess: (sample) => {
      keys.current = creationKeys();
      setAsked(null);
      client.setQueryData(queries.auditSample(sample.id).queryKey, sample);
      void client.invalidateQueries({ queryKey: queries.auditSamples().queryKey });
      setChosen(sample.id);
    },
  });
  const problem = draw.error instanceof ApiProblem ? draw.error : null;
  const errorOf = fieldErrors(problem);
  const ask = (change: () => void) => {
    setAsked(null);
    change();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draw.isPending) return;
    const now = Date.now();
    const body = asked ?? { from: new Date(now - days * dayMs).toISOString(), to: new Date(now).toISOString(), size };
    setAsked(body);
    draw.mutate(body);
  };
  return (
    <>
      <ErrorSummary form={form} problem={problem} fields={{ from: t('audit.period'), to: t('audit.period'), size: t('audit.size') }} />
      <form onSubmit={submit} className="audit-form" noValidate>
        <Field id={fieldId(form, 'from')} label={t('audit.period')} error={errorOf('from') ?? errorOf('to')}>
          {(control) => (
            <select {...control} className="form-select" value={days} onChange={(event) => ask(() => setDays(Number(event.target.value)))}>
              {periods.map((one) => (
                <option key={one} value={one}>
                  {t('audit.lastDays', { count: one })}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id={fieldId(form, 'size')} label={t('audit.size')} error={errorOf('size')}>
          {(control) => (
            <select {...control} className="form-select" value={size} onChange={(event) => ask(() => setSize(Number(event.target.value)))}>
              {sizes.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit" className="button button-primary" aria-disabled={draw.isPending}>
          {t('audit.draw')}
        </button>
      </form>
      {chosen !== null && <Drawn key={chosen} id={chosen} />}
      <section aria-labelledby="audit-samples">
        <h2 id="audit-samples" className="h3">
          {t('audit.samples')}
        </h2>
        <Answer query={list}>
          {({ samples }) =>
            samples.length === 0 ? (
              <p className="empty">{t('audit.noSamples')}</p>
            ) : (
              <ul className="unstyled-list audit-choices no-max-width">
                {samples.map((sample) => (
                  <li key={sample.id}>
                    <button type="button" className="link-button" aria-pressed={chosen === sample.id} onClick={() => setChosen(sample.id)}>
                      {t('audit.sampleOf', { size: sample.size, population: sample.population, at: dayAndTime(sample.drawnAt) })}
                    </button>{' '}
                    <span className="quiet">{t('audit.answered', { answered: sample.answered, size: sample.size, follow: sample.toFollow })}</span>
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </section>
    </>
  );
}

function Drawn({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useQuery(queries.auditSample(id));
  return (
    <Answer query={query}>
      {(sample) => (
        <section aria-labelledby="audit-drawn">
          <h2 id="audit-drawn" className="h3">
            {t('audit.sampleOf', { size: sample.size, population: sample.population, at: dayAndTime(sample.drawnAt) })}
          </h2>
          <p className="quiet">
            {t('audit.drawnBy', { name: sample.drawnBy.name })} {t('audit.seed')} <code>{sample.seed}</code>
          </p>
          <ol className="unstyled-list audit-entries no-max-width">
            {sample.entries.map((one) => (
              <li key={one.position}>
                <EntryLines entry={one.entry} />
                <Verdict sampleId={id} drawn={one} />
              </li>
            ))}
          </ol>
        </section>
      )}
    </Answer>
  );
}

function Verdict({ sampleId, drawn }: { sampleId: string; drawn: Sample['entries'][number] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [verdict, setVerdict] = useState(drawn.verdict);
  const [note, setNote] = useState(drawn.note ?? '');
  const judge = useMutation({
    mutationFn: (answer: NonNullable<typeof verdict>) => api.judgeEntry(sampleId, drawn.position, { verdict: answer, note: note.trim() || null }),
    onSuccess: (sample) => {
      client.setQueryData(queries.auditSample(sampleId).queryKey, sample);
      void client.invalidateQueries({ queryKey: queries.auditSamples().queryKey });
    },
  });
  const id = `verdict-${drawn.position}`;
  const problem = judge.error instanceof ApiProblem ? judge.error : null;
  const errorOf = fieldErrors(problem);
  const isKept = drawn.verdict !== null && drawn.verdict === verdict && (drawn.note ?? '') === note.trim();
  return (
    <div className="audit-verdict">
      <Fieldset id={fieldId(id, 'verdict')} legend={t('audit.verdict')} error={errorOf('verdict')}>
        {(['inOrder', 'followUp'] as const).map((one) => (
          <Choice key={one} id={`${id}-${one}`} type="radio" name={id} checked={verdict === one} onChange={() => setVerdict(one)}>
            {t(`audit.verdicts.${one}`)}
          </Choice>
        ))}
      </Fieldset>
      <Field id={fieldId(id, 'note')} label={t('audit.note')} optional error={errorOf('note')}>
        {(control) => <input {...control} className="form-input" maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      <button type="button" className="button button-secondary" aria-disabled={verdict === null || judge.isPending} onClick={() => verdict !== null && !judge.isPending && judge.mutate(verdict)}>
        {t('audit.keepVerdict')}
      </button>
      <p role="status" className="quiet">
        {isKept && drawn.by && drawn.at ? t('audit.keptBy', { name: drawn.by.name, at: dayAndTime(drawn.at) }) : ''}
      </p>
      <ErrorSummary form={id} problem={problem} fields={{ verdict: t('audit.verdict'), note: t('audit.note') }} />
    </div>
  );
}
