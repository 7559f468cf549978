import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { LogView, NewLogView } from '../api/types.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { addressOf, isFiltered, type LogFilter } from './filters.js';

const form = 'log-view';
const refresh = () => void queryClient.invalidateQueries({ queryKey: queries.logViews().queryKey });
const bodyOf = (name: string, filter: LogFilter): NewLogView => ({ name, filter: { ...filter, sort: filter.sort ?? 'newest' } });

/** Filters under a name of one's own: back with one press, gone with another, and back again. */
export function SavedViews({ filter }: { filter: LogFilter }) {
  const { t } = useTranslation();
  const views = useQuery(queries.logViews());
  const [naming, setNaming] = useState(false);
  const [removed, setRemoved] = useState<LogView | null>(null);
  const remove = useMutation({
    mutationFn: (view: LogView) => api.deleteLogView(view.id),
    onSuccess: (_, view) => {
      setRemoved(view);
      refresh();
    },
  });
  const restore = useMutation({
    mutationFn: (view: LogView) => api.saveLogView(bodyOf(view.name, view.filter), crypto.randomUUID()),
    onSuccess: () => {
      setRemoved(null);
      refresh();
    },
  });
  const list = views.data?.views ?? [];
  return (
    <section className="saved-views" aria-labelledby="saved-views">
      {(list.length > 0 || removed !== null) && (
        <h2 id="saved-views" className="saved-views-heading">
          {t('logView.heading')}
        </h2>
      )}
      <ul className="unstyled-list">
        {list.map((view) => (
          <li key={view.id}>
            <Link to={addressOf(view.filter)} aria-current={addressOf(view.filter) === addressOf(filter) || undefined}>
              {view.name}
            </Link>
            <button type="button" className="filter-remove" aria-label={t('logView.remove', { name: view.name })} onClick={() => remove.mutate(view)}>
              <Icon name="close" />
            </button>
          </li>
        ))}
        {isFiltered(filter) && !naming && (
          <li>
            <button type="button" className="link-button" onClick={() => setNaming(true)}>
              {t('logView.save')}
            </button>
          </li>
        )}
      </ul>
      <p role="status">
        {removed && (
          <>
            {t('logView.removed', { name: removed.name })}{' '}
            <button type="button" className="link-button" onClick={() => restore.mutate(removed)}>
              {t('logView.undo')}
            </button>
          </>
        )}
      </p>
      {(remove.error ?? restore.error) && <ProblemNotice error={remove.error ?? restore.error} />}
      {naming && <NameForm filter={filter} onDone={() => setNaming(false)} />}
    </section>
  );
}

function NameForm({ filter, onDone }: { filter: LogFilter; onDone: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const keys = useRef(creationKeys());
  const save = useMutation({
    mutationFn: (body: NewLogView) => api.saveLogView(body, keys.current(body)),
    onSuccess: () => {
      refresh();
      onDone();
    },
  });
  const problem = save.error instanceof ApiProblem ? save.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate(bodyOf(name.trim(), filter));
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate>
      <ErrorSummary form={form} problem={problem} fields={{ name: t('logView.name') }} />
      <Field id={fieldId(form, 'name')} label={t('logView.name')} hint={t('logView.nameHint')} error={fieldErrors(problem)('name')}>
        {(control) => <input {...control} autoFocus className="form-input" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={save.isPending}>
          {t('logView.save')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onDone}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
