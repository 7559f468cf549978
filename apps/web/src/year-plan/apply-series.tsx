import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { YearPlanSeries } from '../api/types.js';
import { ChangePreview } from '../series/change-preview.js';
import { Answer } from '../shell/answer.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { partnersOf } from './plan-series.js';
import '../series/series.css';

const form = 'year-plan-apply';

/** Changes the series to where it is planned, by the command that changes a series, after what that does to each meeting. */
export function ApplySeries({ series, onDone, onClose }: { series: YearPlanSeries; onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const [reason, setReason] = useState('');
  // As it was when it was opened: what is asked for must not change under what is shown.
  const [change] = useState(series.change!);
  const preview = useQuery(queries.seriesChangePreview(series.seriesId, change));
  const run = useMutation({
    mutationFn: () => api.changeSeries(series.seriesId, preview.data!.version, { ...change, digest: preview.data!.digest, reason: reason.trim() || null }),
    onSuccess: async () => {
      for (const key of ['meetings', 'meeting', 'series', 'seriesChange']) void queryClient.invalidateQueries({ queryKey: [key] });
      await queryClient.invalidateQueries({ queryKey: ['yearPlan'] });
      onDone();
    },
    onError: (error) => (error instanceof ApiProblem && error.status === 412 ? queryClient.invalidateQueries({ queryKey: ['seriesChange', series.seriesId] }) : undefined),
  });
  const problem = run.error instanceof ApiProblem ? run.error : null;
  const drops = preview.data?.steps.some(({ action }) => action === 'fallsAway') ?? false;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!run.isPending && preview.isSuccess && !preview.isFetching) run.mutate();
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-labelledby={`${form}-heading`} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <h2 id={`${form}-heading`} className="h4" ref={title} tabIndex={-1}>
        {t('yearPlan.applyHeading', { who: partnersOf(series), kind: series.kindTitle })}
      </h2>
      <ErrorSummary form={form} problem={problem} fields={{ reason: t('change.reason') }} />
      <Answer query={preview} lines={5}>
        {(data) => (
          <section className="preview year-plan-steps" tabIndex={0} aria-label={t('seriesChange.preview')}>
            <ChangePreview preview={data} />
          </section>
        )}
      </Answer>
      <Field id={fieldId(form, 'reason')} label={t('change.reason')} optional={!drops} hint={t('change.reasonHint')} error={fieldErrors(problem)('reason')}>
        {(control) => <textarea {...control} rows={2} className="form-input" value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={run.isPending || !preview.isSuccess || preview.isFetching}>
          {t('yearPlan.apply')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onClose}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
