import { useMutation, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { DisclosureView, Series, StandingSubstitute, StandingSubstituteGround } from '../api/types.js';
import { plainDate } from '../dates.js';
import { DisclosureConfirm } from '../meetings/disclosure-confirm.js';
import { substituteReason } from '../people/substitute-reason.js';
import { Answer } from '../shell/answer.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { ProblemNotice } from '../shell/problem-notice.js';

const form = 'series-substitute';
const labels = { substituteMembershipId: 'reply.chooseSubstitute', fromDate: 'seriesSubstitute.from', toDate: 'seriesSubstitute.to' } as const;
const id = (name: keyof typeof labels) => fieldId(form, name);

const refresh = () => Promise.all(['series', 'meetings', 'meeting'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));

/** Whom I send to this series instead of myself: named once, for all its meetings or for a period. */
export function SeriesSubstitute({ series }: { series: Series }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState('');
  const section = useRef<HTMLElement>(null);
  const focusButton = () => requestAnimationFrame(() => section.current?.querySelector('button')?.focus());
  const close = () => {
    setOpen(false);
    focusButton();
  };
  const takeBack = useMutation({
    mutationFn: () => api.takeBackSeries(series.id),
    onSuccess: async ({ takenBack }) => {
      await refresh();
      setTold(t('seriesSubstitute.takenBack', { count: takenBack }));
      focusButton();
    },
  });
  const sent = series.ownSubstitute;
  return (
    <section ref={section} aria-labelledby="substitute-heading">
      <h2 id="substitute-heading" className="h3">
        {t('seriesSubstitute.heading')}
      </h2>
      <p role="status" className={told ? 'change-done' : 'sr-only'}>
        {told}
      </p>
      {sent && (
        <p>
          {t('seriesSubstitute.sent', { name: sent.person.name })} {period(sent.fromDate, sent.toDate, t)}
        </p>
      )}
      {takeBack.error && <ProblemNotice error={takeBack.error} />}
      {open ? (
        <SubstituteForm
          series={series}
          onCancel={close}
          onDone={(text) => {
            setTold(text);
            close();
          }}
        />
      ) : (
        <p className="button-line">
          {sent && (
            <button type="button" className="button button-secondary" aria-disabled={takeBack.isPending} onClick={() => !takeBack.isPending && takeBack.mutate()}>
              <Icon name="reply" /> {t('seriesSubstitute.takeBack')}
            </button>
          )}
          <button
            type="button"
            className="button button-secondary"
            onClick={() => {
              setTold('');
              setOpen(true);
            }}
          >
            <Icon name="groups" /> {t(sent ? 'seriesSubstitute.other' : 'seriesSubstitute.open')}
          </button>
        </p>
      )}
    </section>
  );
}

function period(from: string | null, to: string | null, t: TFunction): string {
  if (from && to) return t('seriesSubstitute.between', { from: plainDate(from), to: plainDate(to) });
  if (from) return t('seriesSubstitute.since', { from: plainDate(from) });
  if (to) return t('seriesSubstitute.until', { to: plainDate(to) });
  return t('seriesSubstitute.always');
}

function SubstituteForm({ series, onCancel, onDone }: { series: Series; onCancel: () => void; onDone: (told: string) => void }) {
  const { t } = useTranslation();
  const { person, acting } = useSession();
  const { authority } = acting;
  const colleagues = useQuery(queries.peopleOf(authority.id));
  const [chosen, setChosen] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [asked, setAsked] = useState<{ wanted: StandingSubstitute; view: DisclosureView } | null>(null);
  const preview = useMutation({ mutationFn: (wanted: StandingSubstitute) => api.previewSeriesSubstitute(series.id, wanted), onSuccess: (view, wanted) => setAsked({ wanted, view }) });
  const run = useMutation({
    mutationFn: (body: StandingSubstituteGround) => api.sendToSeries(series.id, body),
    // What would become visible has changed: it is shown again before anything is done.
    onError: (error, { disclosureReason: _reason, disclosureDigest: _digest, ...wanted }) => error instanceof ApiProblem && error.status === 412 && preview.mutate(wanted),
    onSuccess: async ({ sent, left }) => {
      await refresh();
      onDone([t('seriesSubstitute.done', { count: sent }), ...(left > 0 ? [t('seriesSubstitute.left', { count: left })] : [])].join(' '));
    },
  });
  const problem = preview.error instanceof ApiProblem ? preview.error : null;
  const errorOf = fieldErrors(problem);
  const taken = new Set(series.participants.map((one) => one.id));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!preview.isPending) preview.mutate({ substituteMembershipId: chosen, ...(from ? { fromDate: from } : {}), ...(to ? { toDate: to } : {}) });
  };
  if (asked) {
    return (
      <DisclosureConfirm
        view={asked.view}
        pending={run.isPending || preview.isPending}
        error={run.error}
        submit={t('seriesSubstitute.submit')}
        suggestion={substituteReason(asked.view, person.name)}
        nobody={t('seriesSubstitute.nobodyYet')}
        onConfirm={(disclosureReason) => run.mutate({ ...asked.wanted, disclosureReason, disclosureDigest: asked.view.digest })}
        onBack={() => {
          setAsked(null);
          run.reset();
        }}
      />
    );
  }
  return (
    <form className="inline-form" onSubmit={submit} noValidate onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      <Answer query={colleagues} lines={2}>
        {({ people }) => (
          <Field id={id('substituteMembershipId')} label={t('reply.substitute', { authority: authority.name })} hint={t('reply.substituteHint', { authority: authority.name })} error={errorOf('substituteMembershipId')}>
            {(control) => (
              <select {...control} autoFocus className="form-select" required value={chosen} onChange={(event) => setChosen(event.target.value)}>
                <option value="">{t('reply.chooseSubstitute')}</option>
                {people
                  .filter((one) => !taken.has(one.id))
                  .map((person) => (
                    <option key={person.membershipId} value={person.membershipId}>
                      {person.functionTitle ? `${person.name}, ${person.functionTitle}` : person.name}
                    </option>
                  ))}
              </select>
            )}
          </Field>
        )}
      </Answer>
      <div className="field-row">
        <Field id={id('fromDate')} label={t('seriesSubstitute.from')} optional error={errorOf('fromDate')}>
          {(control) => <input {...control} type="date" className="form-input" value={from} onChange={(event) => setFrom(event.target.value)} />}
        </Field>
        <Field id={id('toDate')} label={t('seriesSubstitute.to')} optional error={errorOf('toDate')}>
          {(control) => <input {...control} type="date" className="form-input" value={to} onChange={(event) => setTo(event.target.value)} />}
        </Field>
      </div>
      <p className="field-note">{t('seriesSubstitute.effect')}</p>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={preview.isPending}>
          {t('invite.preview')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onCancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
