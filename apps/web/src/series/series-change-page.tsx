import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { AuthorityRef, HolidayPolicy, Series, SeriesChange } from '../api/types.js';
import { dateAt, endOfDay, fullSpan, startOfDay } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Choice, ErrorSummary, Field, fieldErrors, Fieldset, fieldId, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { Loading } from '../shell/loading.js';
import { NotFound } from '../shell/not-found.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { ChangePreview } from './change-preview.js';
import { ParticipantsField } from './participants-field.js';
import { choiceOf, recurrenceFrom } from './recurrence.js';
import { RecurrenceField } from './recurrence-field.js';
import './series.css';

const policies = ['nextWorkingDay', 'skip', 'ask', 'keep'] as const satisfies readonly HolidayPolicy[];
const scopes = ['one', 'following', 'all', 'end'] as const;
type Scope = (typeof scopes)[number];

const form = 'series-change';
const labels = {
  fromMeetingId: 'seriesChange.from',
  lastDate: 'newSeries.lastDate',
  startLocal: 'newSeries.time',
  startTime: 'newSeries.time',
  'times.startTime': 'newSeries.time',
  durationMinutes: 'newSeries.duration',
  'times.durationMinutes': 'newSeries.duration',
  recurrence: 'newSeries.recurrence',
  'times.recurrence': 'newSeries.recurrence',
  place: 'newSeries.place',
  videoLink: 'newSeries.videoLink',
  title: 'newSeries.ownTitle',
  add: 'seriesChange.participants',
  remove: 'seriesChange.participants',
  reason: 'change.reason',
  disclosureReason: 'disclosure.reason',
  addFrom: 'window.from',
  addTo: 'window.to',
} as const;
const id = (name: keyof typeof labels) => fieldId(form, name);

export function SeriesChangePage() {
  const { t } = useTranslation();
  const { seriesId = '' } = useParams();
  const series = useQuery(queries.series(seriesId));
  const related = useQuery(queries.relatedAuthorities());
  return (
    <Answer query={series} lines={8} wholePage>
      {(data) =>
        data.canCoordinate ? (
          <>
            <p className="over-heading">
              <Link to={`/serier/${data.id}`}>{data.title}</Link>
            </p>
            <PageHeading title={t('seriesChange.title')} />
            <Answer query={related} lines={8}>
              {/* Filled once: what somebody else changes meanwhile must not overwrite what is being typed. */}
              {({ authorities }) => <ChangeForm series={data} related={authorities} />}
            </Answer>
          </>
        ) : (
          <NotFound />
        )
      }
    </Answer>
  );
}

/** Typing a time in passes through many values that nobody means. */
const restMs = 300;

function ChangeForm({ series, related }: { series: Series; related: readonly AuthorityRef[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const own = useSession().acting.authority;
  const [search] = useSearchParams();
  const coming = series.occurrences.filter((one) => one.meetingId !== null && Date.parse(one.startInstant) > Date.now());
  const asked = coming.find((one) => one.meetingId === search.get('fra'));

  // What stood when the page was opened: only what differs from it is asked for.
  const [was] = useState(series);
  const wasTimes = useState(() => ({ startTime: was.startLocal.slice(11), duration: String(was.durationMinutes), choice: was.recurrence ? choiceOf(was.recurrence) : null, policy: was.holidayPolicy }))[0];
  const [scope, setScope] = useState<Scope>(asked ? 'following' : 'all');
  const [from, setFrom] = useState(asked?.meetingId ?? coming[0]?.meetingId ?? '');
  const [startTime, setStartTime] = useState(wasTimes.startTime);
  const [duration, setDuration] = useState(wasTimes.duration);
  const [choice, setChoice] = useState(wasTimes.choice);
  const [policy, setPolicy] = useState<HolidayPolicy>(wasTimes.policy);
  const [place, setPlace] = useState(was.place ?? '');
  const [videoLink, setVideoLink] = useState(was.videoLink ?? '');
  const [title, setTitle] = useState(was.title);
  const [lastDate, setLastDate] = useState(was.lastDate ?? dateAt(new Date()));
  const [reason, setReason] = useState('');
  const [disclosureReason, setDisclosureReason] = useState('');
  const [addFrom, setAddFrom] = useState('');
  const [addTo, setAddTo] = useState('');
  const members = useState(() => new Set(was.participants.map((one) => one.membershipId)))[0];
  const [people, setPeople] = useState<ReadonlySet<string>>(members);
  const [partners, setPartners] = useState<ReadonlySet<string>>(new Set());

  const chosen = coming.find((one) => one.meetingId === from);
  const day = (scope === 'following' ? chosen : coming[0])?.startLocal.slice(0, 10) ?? was.startLocal.slice(0, 10);
  const timesChanged = JSON.stringify({ startTime, duration, choice, policy }) !== JSON.stringify(wasTimes);
  const change: SeriesChange =
    scope === 'end'
      ? { lastDate }
      : {
          ...(scope === 'following' ? { fromMeetingId: from } : {}),
          ...(timesChanged && choice ? { times: { startTime, durationMinutes: Number(duration), recurrence: recurrenceFrom(choice, day)!, holidayPolicy: policy } } : {}),
          ...(place.trim() === (was.place ?? '') ? {} : { place: place.trim() || null }),
          ...(videoLink.trim() === (was.videoLink ?? '') ? {} : { videoLink: videoLink.trim() || null }),
          ...(title.trim() === was.title ? {} : { title: title.trim() }),
          add: [...people].filter((one) => !members.has(one)),
          ...(addFrom ? { addFrom: startOfDay(addFrom) } : {}),
          ...(addTo ? { addTo: endOfDay(addTo) } : {}),
          remove: [...members].filter((one) => !people.has(one)),
        };
  const { fromMeetingId: _from, addFrom: _addFrom, addTo: _addTo, add, remove, ...rest } = change;
  const nothing = scope === 'one' || (Object.keys(rest).length === 0 && !add?.length && !remove?.length);

  const content = JSON.stringify(nothing ? null : change);
  const [rested, setRested] = useState(content);
  useEffect(() => {
    const timer = setTimeout(() => setRested(content), restMs);
    return () => clearTimeout(timer);
  }, [content]);
  const shownFor = JSON.parse(rested) as SeriesChange | null;
  const preview = useQuery({ ...queries.seriesChangePreview(series.id, shownFor), enabled: shownFor !== null, placeholderData: keepPreviousData });
  const isShown = shownFor !== null && rested === content && preview.isSuccess && !preview.isPlaceholderData;

  const run = useMutation({
    mutationFn: () => api.changeSeries(series.id, preview.data!.version, { ...change, digest: preview.data!.digest, reason: reason.trim() || null, disclosureReason: disclosureReason.trim() || null }),
    onSuccess: (updated) => {
      queryClient.setQueryData(queries.series(series.id).queryKey, updated);
      for (const key of ['meetings', 'meeting', 'series']) void queryClient.invalidateQueries({ queryKey: [key] });
      void navigate(`/serier/${series.id}`, { state: { changed: true } });
    },
    // The preview then shows what the change would do to what stands now, and the next press is about that: until it is there
    // the press that was refused is not over, or the next would be about what was refused.
    onError: (error) => (error instanceof ApiProblem && error.status === 412 ? queryClient.invalidateQueries({ queryKey: ['seriesChange', series.id] }) : undefined),
  });
  const problem = run.error instanceof ApiProblem ? run.error : null;
  const conflict = problem?.status === 412;
  const previewProblem = preview.error instanceof ApiProblem ? preview.error : null;
  const errorOf = fieldErrors(problem ?? previewProblem);
  const drops = preview.data?.steps.some((step) => step.action === 'fallsAway') ?? false;
  const withReason = scope === 'end' || timesChanged;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!run.isPending && isShown) run.mutate();
  };
  const toggle = (ids: readonly string[], on: boolean) =>
    setPeople((before) => {
      const next = new Set(before);
      for (const one of ids) {
        if (on) next.add(one);
        else next.delete(one);
      }
      return next;
    });
  const inSeries = new Set([own.id, ...was.authorities.map((one) => one.id), ...partners]);
  const authorities = related.filter((one) => inSeries.has(one.id));
  const others = related.filter((one) => !inSeries.has(one.id));

  return (
    <form className="series-form" onSubmit={submit} noValidate>
      <div>
        {conflict ? (
          <div className="alert alert-warning" role="alert">
            <p className="alert-heading">{t('seriesChange.conflict')}</p>
            <p className="alert-text">{t('seriesChange.conflictEffect')}</p>
          </div>
        ) : (
          <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
        )}
        <Fieldset id={`${form}-scope`} legend={t('seriesChange.scope')}>
          {scopes.map((one) => (
            <Choice key={one} id={`scope-${one}`} type="radio" name="scope" checked={scope === one} onChange={() => setScope(one)}>
              {t(`seriesChange.scopes.${one}`)}
            </Choice>
          ))}
        </Fieldset>
        {(scope === 'one' || scope === 'following') && (
          <Field id={id('fromMeetingId')} label={t(scope === 'one' ? 'seriesChange.which' : 'seriesChange.from')} error={errorOf('fromMeetingId')}>
            {(control) => (
              <select {...control} className="form-select" value={from} onChange={(event) => setFrom(event.target.value)}>
                {coming.map((one) => (
                  <option key={one.meetingId} value={one.meetingId ?? ''}>
                    {fullSpan(one.startInstant, one.endInstant)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        {scope === 'one' && chosen && (
          <p>
            <Link className="button button-primary" to={`/moeder/${chosen.meetingId}`}>
              {t('seriesChange.toMeeting')}
            </Link>
          </p>
        )}
        {scope === 'end' && (
          <Field id={id('lastDate')} label={t('newSeries.lastDate')} hint={t('seriesChange.endHint')} error={errorOf('lastDate')}>
            {(control) => <input {...control} type="date" className="form-input" value={lastDate} onChange={(event) => setLastDate(event.target.value)} />}
          </Field>
        )}
        {(scope === 'following' || scope === 'all') && (
          <>
            {choice === null ? (
              <p className="field-note">{t('seriesChange.ruleBeyond')}</p>
            ) : (
              <>
                <div className="field-row">
                  <Field id={id('startTime')} label={t('newSeries.time')} error={errorOf('startTime') ?? errorOf('startLocal') ?? errorOf('times.startTime')}>
                    {(control) => <input {...control} type="time" required className="form-input" value={startTime} onChange={(event) => setStartTime(event.target.value)} />}
                  </Field>
                  <Field id={id('durationMinutes')} label={t('newSeries.duration')} error={errorOf('durationMinutes') ?? errorOf('times.durationMinutes')}>
                    {(control) => <input {...control} type="number" inputMode="numeric" min={5} step={5} required className="form-input" value={duration} onChange={(event) => setDuration(event.target.value)} />}
                  </Field>
                </div>
                <RecurrenceField id={id('recurrence')} date={day} choice={choice} onChange={setChoice} error={errorOf('recurrence') ?? errorOf('times.recurrence')} repeats />
                <Fieldset id={`${form}-policy`} legend={t('newSeries.holidays')}>
                  {policies.map((one) => (
                    <Choice key={one} id={`policy-${one}`} type="radio" name="holidays" checked={policy === one} onChange={() => setPolicy(one)}>
                      {t(`newSeries.policy.${one}`)}
                    </Choice>
                  ))}
                </Fieldset>
              </>
            )}
            <Field id={id('place')} label={t('newSeries.place')} optional hint={t('newSeries.placeHint')} error={errorOf('place')}>
              {(control) => <input {...control} className="form-input" value={place} onChange={(event) => setPlace(event.target.value)} />}
            </Field>
            <Field id={id('videoLink')} label={t('newSeries.videoLink')} optional hint={t('newSeries.videoLinkHint')} error={errorOf('videoLink')}>
              {(control) => <input {...control} type="url" inputMode="url" className="form-input" value={videoLink} onChange={(event) => setVideoLink(event.target.value)} />}
            </Field>
            <Field id={id('title')} label={t('newSeries.ownTitle')} hint={t('newSeries.ownTitleHint')} error={errorOf('title')}>
              {(control) => <input {...control} className="form-input" value={title} onChange={(event) => setTitle(event.target.value)} />}
            </Field>
            <ParticipantsField form={form} authorities={authorities} kindId={series.kindId} chosen={people} onChange={toggle} error={errorOf('add') ?? errorOf('remove')} />
            {others.length > 0 && (
              <Field id={`${form}-partner`} label={t('seriesChange.addAuthority')} optional>
                {(control) => (
                  <select {...control} className="form-select" value="" onChange={(event) => setPartners((before) => new Set([...before, event.target.value]))}>
                    <option value="">{t('seriesChange.chooseAuthority')}</option>
                    {others.map((one) => (
                      <option key={one.id} value={one.id}>
                        {one.name}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
          </>
        )}
        {(add?.length ?? 0) > 0 && scope !== 'one' && (
          <>
            <div className="field-row">
              <Field id={id('addFrom')} label={t('window.from')} optional error={errorOf('addFrom')}>
                {(control) => <input {...control} type="date" className="form-input" value={addFrom} onChange={(event) => setAddFrom(event.target.value)} />}
              </Field>
              <Field id={id('addTo')} label={t('window.to')} optional error={errorOf('addTo')}>
                {(control) => <input {...control} type="date" className="form-input" min={addFrom} value={addTo} onChange={(event) => setAddTo(event.target.value)} />}
              </Field>
            </div>
            <Field id={id('disclosureReason')} label={t('disclosure.reason')} hint={t('disclosure.reasonHint')} error={errorOf('disclosureReason')}>
              {(control) => <textarea {...control} rows={2} className="form-input" value={disclosureReason} onChange={(event) => setDisclosureReason(event.target.value)} />}
            </Field>
          </>
        )}
        {withReason && scope !== 'one' && (
          <Field id={id('reason')} label={t('change.reason')} optional={!drops} hint={t('change.reasonHint')} error={errorOf('reason')}>
            {(control) => <textarea {...control} rows={2} className="form-input" value={reason} onChange={(event) => setReason(event.target.value)} />}
          </Field>
        )}
      </div>
      {scope !== 'one' && (
        <section className="preview" aria-labelledby="change-preview">
          <h2 id="change-preview" className="h4">
            {t('seriesChange.preview')}
          </h2>
          {shownFor === null ? (
            <p className="quiet">{t('seriesChange.nothing')}</p>
          ) : previewProblem ? (
            previewProblem.errors[0] ? (
              <p className="preview-refusal" role="status">
                <Icon name="warning" /> {previewProblem.errors[0].message}
              </p>
            ) : (
              <ProblemNotice error={previewProblem} />
            )
          ) : preview.data ? (
            <ChangePreview preview={preview.data} />
          ) : (
            <Loading lines={6} label={t('shell.loading')} />
          )}
        </section>
      )}
      {scope !== 'one' && (
        <p className="series-submit button-line">
          <button type="submit" className="button button-primary" aria-disabled={run.isPending || !isShown}>
            {t(scope === 'end' ? 'seriesChange.submitEnd' : 'seriesChange.submit')}
          </button>
          <Link className="button button-tertiary" to={`/serier/${series.id}`}>
            {t('form.cancel')}
          </Link>
        </p>
      )}
    </form>
  );
}
