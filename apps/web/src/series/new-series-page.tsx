import { useMutation, useQueries, useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { AuthorityRef, HolidayPolicy, LegalBasis, MeetingKind, NewSeries } from '../api/types.js';
import { nextMonday } from '../dates.js';
import { inOrder, lowerCase } from '../i18n/order.js';
import { Answer } from '../shell/answer.js';
import { FindTime } from '../find-time/find-time.js';
import { usualAnswerBy } from '../polls/open-poll.js';
import { SlotsField } from '../polls/slots-field.js';
import { Choice, ErrorSummary, Field, fieldErrors, Fieldset, fieldId, labelled } from '../shell/form.js';
import { PageHeading } from '../shell/page-heading.js';
import { ParticipantsField } from './participants-field.js';
import { PreviewList } from './preview-list.js';
import { recurrenceFrom, usualRecurrence } from './recurrence.js';
import { RecurrenceField } from './recurrence-field.js';
import './series.css';

const policies = ['nextWorkingDay', 'skip', 'ask', 'keep'] as const satisfies readonly HolidayPolicy[];

const form = 'series';
const labels = {
  kindId: 'newSeries.kind',
  authorityIds: 'newSeries.partners',
  startLocal: 'newSeries.firstDate',
  slots: 'poll.slots',
  answerBy: 'poll.answerBy',
  durationMinutes: 'newSeries.duration',
  recurrence: 'newSeries.recurrence',
  holidayPolicy: 'newSeries.holidays',
  place: 'newSeries.place',
  videoLink: 'newSeries.videoLink',
  title: 'newSeries.ownTitle',
  participantMembershipIds: 'newSeries.participants',
} as const;
const id = (name: keyof typeof labels) => fieldId(form, name);

export function NewSeriesPage() {
  const { t } = useTranslation();
  const kinds = useQuery(queries.meetingKinds());
  const related = useQuery(queries.relatedAuthorities());
  const bases = useQuery(queries.legalBases());
  return (
    <>
      <PageHeading title={t('newSeries.title')} />
      <Answer query={kinds} lines={8}>
        {({ kinds: kindList }) => (
          <Answer query={related} lines={8}>
            {({ authorities }) => (
              <Answer query={bases} lines={8}>
                {({ legalBases }) => <SeriesForm kinds={kindList} authorities={authorities} legalBases={legalBases} />}
              </Answer>
            )}
          </Answer>
        )}
      </Answer>
    </>
  );
}

/** Near first: a § 115 series is with the local police, a børnehussamråd with the børnehus. */
const sectorOrder = ['police', 'barnahus', 'municipality', 'health', 'forensic', 'school', 'other'];

const usualKind = 'section115HandoverMeeting';
const searchFrom = 10;

interface SeriesFormProps {
  kinds: readonly MeetingKind[];
  authorities: readonly AuthorityRef[];
  legalBases: readonly LegalBasis[];
}

function SeriesForm({ kinds, authorities, legalBases }: SeriesFormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id: ownMembershipId, authority: own } = useSession().acting;
  const partnersToChoose = authorities
    .filter((authority) => authority.id !== own.id)
    .toSorted((a, b) => sectorOrder.indexOf(a.sector) - sectorOrder.indexOf(b.sector) || inOrder(a.name, b.name));

  // Whoever comes from “Book sparring” has chosen already: the kind, the authority and whom to ask.
  const [asked] = useSearchParams();
  const [askedAuthority, askedMember] = [asked.get('myndighed'), asked.get('deltager')];
  const firstKind = kinds.find((candidate) => candidate.id === (asked.get('art') ?? usualKind)) ?? kinds[0];
  const usualPartners = (kind: MeetingKind | undefined) => {
    const found = new Set<string>();
    for (const sector of kind?.requiredSectors ?? []) {
      const candidates = sector === own.sector ? [] : partnersToChoose.filter((authority) => authority.sector === sector);
      // One alone is the local one; among many only the person can choose.
      if (candidates.length === 1 && candidates[0]) found.add(candidates[0].id);
    }
    return found;
  };

  const [kindId, setKindId] = useState(firstKind?.id ?? '');
  const kind = kinds.find((candidate) => candidate.id === kindId);
  const [title, setTitle] = useState('');
  const [partners, setPartners] = useState<ReadonlySet<string>>(() => (askedAuthority === null ? usualPartners(firstKind) : new Set(partnersToChoose.flatMap(({ id: one }) => (one === askedAuthority ? [one] : [])))));
  const [search, setSearch] = useState('');
  const [date, setDate] = useState(() => nextMonday());
  const [time, setTime] = useState('13:00');
  const [choice, setChoice] = useState(() => usualRecurrence(firstKind));
  const [holidayPolicy, setHolidayPolicy] = useState<HolidayPolicy>('nextWorkingDay');
  const [duration, setDuration] = useState(String(firstKind?.defaultDurationMinutes ?? 90));
  const [place, setPlace] = useState('');
  const [videoLink, setVideoLink] = useState('');
  const [participants, setParticipants] = useState<ReadonlySet<string>>(() => new Set(askedMember === null ? [] : [askedMember]));
  const keys = useRef(creationKeys());

  const kindBases = legalBases.filter((basis) => kind?.legalBasisIds.includes(basis.id));

  const chooseKind = (next: string) => {
    setKindId(next);
    const chosen = kinds.find((candidate) => candidate.id === next);
    if (!chosen) return;
    setDuration(String(chosen.defaultDurationMinutes));
    setChoice(usualRecurrence(chosen));
    setPartners((before) => new Set([...before, ...usualPartners(chosen)]));
  };

  const [asks, setAsks] = useState(false);
  const [slots, setSlots] = useState<readonly string[]>([]);
  const [answerBy, setAnswerBy] = useState<string | null>(null);
  const recurrence = date ? recurrenceFrom(choice, date) : null;
  const once = choice.mode === 'once';

  const polls = once && asks;
  const create = useMutation({
    mutationFn: async ({ recurrence: repeats, holidayPolicy: policy, ...frame }: Omit<NewSeries, 'recurrence'> & { recurrence: NewSeries['recurrence'] | null }) => {
      if (polls) {
        const { startLocal: _, ...rest } = frame;
        const body = { ...rest, slots: [...slots], answerBy: answerBy ?? usualAnswerBy(slots) };
        const { meetingId } = await api.openPollForNew(body, keys.current(body));
        return `/moeder/${meetingId}/afstemning`;
      }
      if (repeats === null) {
        const meeting = await api.createMeeting(frame, keys.current(frame));
        queryClient.setQueryData(queries.meeting(meeting.id).queryKey, meeting);
        return `/moeder/${meeting.id}`;
      }
      const body = { ...frame, recurrence: repeats, ...(policy ? { holidayPolicy: policy } : {}) };
      const series = await api.createSeries(body, keys.current(body));
      queryClient.setQueryData(queries.series(series.id).queryKey, series);
      return `/serier/${series.id}`;
    },
    onSuccess: (page) => {
      void queryClient.invalidateQueries({ queryKey: ['meetings'] });
      void navigate(page);
    },
  });
  const problem = create.error instanceof ApiProblem ? create.error : null;
  const errorOf = fieldErrors(problem);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (create.isPending) return;
    create.mutate({
      kindId,
      ...(title.trim() ? { title: title.trim() } : {}),
      startLocal: `${date}T${time}`,
      recurrence,
      holidayPolicy,
      durationMinutes: Number(duration),
      ...(place.trim() ? { place: place.trim() } : {}),
      ...(videoLink.trim() ? { videoLink: videoLink.trim() } : {}),
      authorityIds: [...partners],
      participantMembershipIds: [...participants],
    });
  };

  const toggle = (set: ReadonlySet<string>, ids: readonly string[], on: boolean) => {
    const next = new Set(set);
    for (const one of ids) {
      if (on) next.add(one);
      else next.delete(one);
    }
    return next;
  };
  const visiblePartners = partnersToChoose.filter(
    ({ id: authorityId, name }) => partners.has(authorityId) || lowerCase(name).includes(lowerCase(search.trim())),
  );
  const chosenAuthorities = [own, ...partnersToChoose.filter((authority) => partners.has(authority.id))];

  const people = useQueries({ queries: chosenAuthorities.map((authority) => queries.peopleOf(authority.id)) }).flatMap(({ data }) => data?.people ?? []);

  return (
    <form className="series-form" onSubmit={submit} noValidate>
      <div>
        <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
        <Field id={id('kindId')} label={t('newSeries.kind')} hint={kind?.purpose} error={errorOf('kindId')}>
          {(control) => (
            <select {...control} className="form-select" value={kindId} onChange={(event) => chooseKind(event.target.value)}>
              {kinds.map((candidate) => (
                <option key={candidate.id} value={candidate.id}>
                  {candidate.title}
                </option>
              ))}
            </select>
          )}
        </Field>
        {kindBases.length > 0 && (
          <p className="basis-note">
            <strong>{t('newSeries.basis')}</strong> {kindBases.map(({ label }) => label).join('; ')}. {kind?.limits}
          </p>
        )}
        <Fieldset id={id('authorityIds')} legend={t('newSeries.partners')} hint={t('newSeries.partnersHint', { authority: own.name })} error={errorOf('authorityIds')}>
          {partnersToChoose.length > searchFrom && (
            <p>
              <label className="form-label" htmlFor="partner-search">
                {t('newSeries.searchPartners')}
              </label>
              <input id="partner-search" type="search" className="form-input" value={search} onChange={(event) => setSearch(event.target.value)} />
            </p>
          )}
          {visiblePartners.map((authority) => (
            <Choice
              key={authority.id}
              id={`partner-${authority.id}`}
              type="checkbox"
              checked={partners.has(authority.id)}
              onChange={(checked) => setPartners((before) => toggle(before, [authority.id], checked))}
            >
              {authority.name}
            </Choice>
          ))}
          {partnersToChoose.length === 0 && <p className="quiet">{t('newSeries.noPartners')}</p>}
        </Fieldset>
        {once && (
          <Choice id="asks" type="checkbox" checked={asks} onChange={setAsks}>
            {t('poll.askFirst')}
          </Choice>
        )}
        {polls && (
          <>
            <SlotsField
              id={id('slots')}
              slots={slots}
              onChange={setSlots}
              people={people.filter(({ membershipId }) => membershipId === ownMembershipId || participants.has(membershipId))}
              durationMinutes={Number(duration)}
              ask={(question) => api.findTimeForNew({ ...question, kindId })}
              error={errorOf('slots')}
            />
            <Field id={id('answerBy')} label={t('poll.answerBy')} hint={t('poll.answerByHint')} error={errorOf('answerBy')}>
              {(control) => <input {...control} type="date" className="form-input" value={answerBy ?? usualAnswerBy(slots)} onChange={(event) => setAnswerBy(event.target.value)} />}
            </Field>
            <p className="field-note">{t('poll.openEffectNew')}</p>
          </>
        )}
        <div className="field-row">
          {!polls && (
            <>
              <Field id={id('startLocal')} label={t(once ? 'newSeries.date' : 'newSeries.firstDate')} error={errorOf('startLocal')}>
                {(control) => <input {...control} type="date" required className="form-input" value={date} onChange={(event) => setDate(event.target.value)} />}
              </Field>
              <Field id={`${id('startLocal')}-time`} label={t('newSeries.time')}>
                {(control) => <input {...control} type="time" required className="form-input" value={time} onChange={(event) => setTime(event.target.value)} />}
              </Field>
            </>
          )}
          <Field id={id('durationMinutes')} label={t('newSeries.duration')} error={errorOf('durationMinutes')}>
            {(control) => (
              <input
                {...control}
                type="number"
                inputMode="numeric"
                min={5}
                step={5}
                required
                className="form-input"
                value={duration}
                onChange={(event) => setDuration(event.target.value)}
              />
            )}
          </Field>
        </div>
        {once && !asks && (
          <FindTime
            people={people.filter(({ membershipId }) => membershipId === ownMembershipId || participants.has(membershipId))}
            orSubstituteAtFirst={kindId === 'sparring'}
            durationMinutes={Number(duration)}
            ask={(question) => api.findTimeForNew({ ...question, kindId })}
            onChoose={(found) => {
              setDate(found.startLocal.slice(0, 10));
              setTime(found.startLocal.slice(11));
              setDuration(String(found.durationMinutes));
            }}
            fieldId={id('startLocal')}
          />
        )}
        <RecurrenceField id={id('recurrence')} date={date} choice={choice} onChange={setChoice} error={errorOf('recurrence')} />
        {!once && (
          <Fieldset id={id('holidayPolicy')} legend={t('newSeries.holidays')} error={errorOf('holidayPolicy')}>
            {policies.map((policy) => (
              <Choice key={policy} id={`policy-${policy}`} type="radio" name="holidays" checked={holidayPolicy === policy} onChange={() => setHolidayPolicy(policy)}>
                {t(`newSeries.policy.${policy}`)}
              </Choice>
            ))}
          </Fieldset>
        )}
        <Field id={id('place')} label={t('newSeries.place')} optional hint={t('newSeries.placeHint')} error={errorOf('place')}>
          {(control) => <input {...control} className="form-input" value={place} onChange={(event) => setPlace(event.target.value)} />}
        </Field>
        <Field id={id('videoLink')} label={t('newSeries.videoLink')} optional hint={t('newSeries.videoLinkHint')} error={errorOf('videoLink')}>
          {(control) => <input {...control} type="url" inputMode="url" className="form-input" value={videoLink} onChange={(event) => setVideoLink(event.target.value)} />}
        </Field>
        <Field id={id('title')} label={t('newSeries.ownTitle')} optional hint={t('newSeries.ownTitleHint')} error={errorOf('title')}>
          {(control) => <input {...control} className="form-input" value={title} lang="da" placeholder={kind?.meetingTitle} onChange={(event) => setTitle(event.target.value)} />}
        </Field>
        <ParticipantsField
          form={form}
          authorities={chosenAuthorities}
          kindId={kindId}
          chosen={participants}
          onChange={(ids, on) => setParticipants((before) => toggle(before, ids, on))}
          error={errorOf('participantMembershipIds')}
        />
      </div>
      {!polls && (
        <PreviewList
          body={date && time ? { startLocal: `${date}T${time}`, durationMinutes: Number(duration), recurrence, holidayPolicy: once ? 'keep' : holidayPolicy } : null}
        />
      )}
      <p className="series-submit">
        <button type="submit" className="button button-primary" aria-disabled={create.isPending}>
          {create.isPending ? t('newSeries.creating') : t(polls ? 'poll.openSubmit' : once ? 'newSeries.createMeeting' : 'newSeries.create')}
        </button>
      </p>
    </form>
  );
}
