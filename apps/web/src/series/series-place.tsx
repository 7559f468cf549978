import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { PlaceMeeting, Series } from '../api/types.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';

const form = 'series-place';
const labels = { place: 'newSeries.place', videoLink: 'newSeries.videoLink' } as const;

/** Where all coming meetings are held, except those that were given a place of their own. */
export function SeriesPlace({ series }: { series: Series }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState(false);
  const [place, setPlace] = useState('');
  const [videoLink, setVideoLink] = useState('');
  const opener = useRef<HTMLButtonElement>(null);
  const run = useMutation({
    mutationFn: (body: PlaceMeeting) => api.placeSeries(series.id, series.version, body),
    onSuccess: (updated) => {
      queryClient.setQueryData(queries.series(series.id).queryKey, updated);
      void queryClient.invalidateQueries({ queryKey: ['meetings'] });
      void queryClient.invalidateQueries({ queryKey: ['meeting'] });
      setDone(true);
      setOpen(false);
    },
    // The page then shows what stands, beside what was typed, and the next press is about that.
    onError: (error) => error instanceof ApiProblem && error.status === 412 && void queryClient.invalidateQueries({ queryKey: queries.series(series.id).queryKey }),
  });
  const problem = run.error instanceof ApiProblem ? run.error : null;
  const errorOf = fieldErrors(problem);
  const close = () => {
    setOpen(false);
    run.reset();
    requestAnimationFrame(() => opener.current?.focus());
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!run.isPending) run.mutate({ place: place.trim() || null, videoLink: videoLink.trim() || null });
  };

  return (
    <>
      <p role="status" className={done ? 'change-done' : 'sr-only'}>
        {done && t('series.placeDone')}
      </p>
      {open ? (
        <form className="inline-form" onSubmit={submit} noValidate aria-labelledby="series-place-heading" onKeyDown={(event) => event.key === 'Escape' && close()}>
          <h2 id="series-place-heading" className="h4">
            {t('change.open.place')}
          </h2>
          <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
          <Field id={fieldId(form, 'place')} label={t('newSeries.place')} optional hint={t('newSeries.placeHint')} error={errorOf('place')}>
            {(control) => <input {...control} autoFocus className="form-input" value={place} onChange={(event) => setPlace(event.target.value)} />}
          </Field>
          <Field id={fieldId(form, 'videoLink')} label={t('newSeries.videoLink')} optional hint={t('newSeries.videoLinkHint')} error={errorOf('videoLink')}>
            {(control) => <input {...control} type="url" className="form-input" value={videoLink} onChange={(event) => setVideoLink(event.target.value)} />}
          </Field>
          <p className="field-note">{t('series.placeEffect')}</p>
          <p className="button-line">
            <button type="submit" className="button button-primary" aria-disabled={run.isPending}>
              {t('change.submit.place')}
            </button>
            <button type="button" className="button button-tertiary" onClick={close}>
              {t('form.cancel')}
            </button>
          </p>
        </form>
      ) : (
        <p>
          <button
            ref={opener}
            type="button"
            className="button button-secondary"
            onClick={() => {
              setPlace(series.place ?? '');
              setVideoLink(series.videoLink ?? '');
              setDone(false);
              setOpen(true);
            }}
          >
            <Icon name="location" /> {t('change.open.place')}
          </button>
        </p>
      )}
    </>
  );
}
