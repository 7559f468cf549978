import { useState, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Audience, AudienceChange, DisclosureView, Item, ItemWindow, Meeting } from '../api/types.js';
import { GuestList } from '../guests/guest-list.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { personAndAuthority } from '../shell/people.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { AudienceForm } from './audience-form.js';
import { DisclosureConfirm } from './disclosure-confirm.js';
import { OtherTrack } from './other-track.js';
import { keyOf, usePeriod } from './window-fields.js';

/** Who can see the item and why, in plain words; and the change of it, which others feel at once. */
export function AudiencePanel({ meeting, item }: { meeting: Meeting; item: Item }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const period = usePeriod();
  const [before, setBefore] = useState<Audience | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack(() => opener.current);

  const [asked, setAsked] = useState<{ audience: AudienceChange; view: DisclosureView; undoes: boolean } | null>(null);
  const formBox = useRef<HTMLDivElement>(null);
  const backToForm = useFocusBack(() => (asked ? null : (formBox.current?.querySelector<HTMLElement>('[type=submit]') ?? opener.current)));

  const change = useMutation({
    mutationFn: (audience: AudienceChange) => api.changeAudience(item.id, audience),
    onSuccess: () => Promise.all([queryClient.invalidateQueries({ queryKey: ['meeting', meeting.id] }), queryClient.invalidateQueries({ queryKey: queries.itemDisclosures(item.id).queryKey })]),
    // What would become visible has changed: it is shown again before anything is done.
    onError: (error, audience) => error instanceof ApiProblem && error.status === 412 && preview.mutate(audience),
  });
  const preview = useMutation({ mutationFn: ({ disclosureReason: _reason, disclosureDigest: _digest, ...audience }: AudienceChange) => api.previewAudience(item.id, audience) });
  const close = () => {
    setEditing(false);
    setAsked(null);
    change.reset();
    preview.reset();
    focusBack();
  };
  const apply = (audience: AudienceChange, undoes: boolean) => {
    const former = item.audience;
    change.mutate(audience, {
      onSuccess: () => {
        setBefore(undoes ? null : former);
        close();
      },
    });
  };
  /** Whoever comes to see more is named first, with what; narrowing goes at once. */
  const save = (audience: AudienceChange, undoes = false) => {
    // What was wrong with the attempt before must not stand beside this one.
    change.reset();
    preview.mutate(audience, { onSuccess: (view) => (view.people.length === 0 ? apply(audience, undoes) : setAsked({ audience, view, undoes })) });
  };
  const undo = () => {
    if (before) save(asChange(before), true);
  };
  const pending = change.isPending || preview.isPending;
  const error = change.error ?? preview.error;

  const restricted = item.audience.kind === 'restricted';
  return (
    <div className="audience">
      <p>
        <Icon name={restricted ? 'lock' : 'groups'} /> {audienceSentence(item.audience, t(item.audience.notAdmitted.length > 0 ? 'audience.everybodyAdmitted' : 'audience.everybody'), (who) => t('audience.seenBy', { who }))}
      </p>
      {item.audience.guests.length > 0 && (
        <p>
          <Icon name="groups" /> {item.audience.guests.map((one) => t('guest.named', { name: one.name, organisation: one.organisation })).join('; ')}
        </p>
      )}
      <p>{item.legalBasis ? t('audience.basis', { basis: item.legalBasis.label }) : t('audience.noBasis')}</p>
      {item.legalBasis?.limits && <p className="quiet">{item.legalBasis.limits}</p>}
      {item.legalBasis && <p className="quiet">{t('audience.version', { version: item.legalBasis.version, sectors: item.legalBasis.sectors.map((one) => t(`sector.${one}`)).join(', ') })}</p>}
      {item.audience.notAdmitted.length > 0 && (
        <p>
          <Icon name="lock" /> {t('audience.notAdmitted', { who: item.audience.notAdmitted.map(({ name }) => name).join('; ') })}
        </p>
      )}
      {item.audience.windows.map((one) => (
        <p key={keyOf(one)} className="quiet">
          <Icon name="time" /> {period(timedName(meeting, one), one.from, one.to)}
        </p>
      ))}
      {before && (
        <p role="status" className="audience-changed">
          {t('audience.changed')}{' '}
          <button type="button" className="link-button" onClick={undo}>
            {t('audience.undo')}
          </button>
        </p>
      )}
      {item.canChangeAudience && editing && (
        // What was chosen stays behind the question whether it is meant.
        <div ref={formBox} hidden={asked !== null}>
          <AudienceForm
            meeting={meeting}
            item={item}
            pending={pending}
            problem={error instanceof ApiProblem ? error : null}
            onSave={(audience) => save(audience)}
            onCancel={close}
          />
        </div>
      )}
      {item.canChangeAudience && asked && (
        <DisclosureConfirm
          view={preview.data ?? asked.view}
          pending={pending}
          error={change.error}
          submit={t('disclosure.confirm')}
          onConfirm={(disclosureReason) => apply({ ...asked.audience, disclosureReason, disclosureDigest: (preview.data ?? asked.view).digest }, asked.undoes)}
          onBack={() => {
            setAsked(null);
            change.reset();
            backToForm();
          }}
        />
      )}
      {item.canChangeAudience && !editing && !asked && (
        <>
          {error && <ProblemNotice error={error} />}
          <div className="audience-commands">
            <button ref={opener} type="button" className="button button-secondary" onClick={() => setEditing(true)}>
              <Icon name="lock" /> {t(restricted ? 'audience.edit' : 'audience.restrict')}
            </button>
            <OtherTrack meeting={meeting} item={item} />
          </div>
          <GuestList meeting={meeting} itemId={item.id} />
        </>
      )}
      {!item.canChangeAudience && <GuestList meeting={meeting} itemId={item.id} />}
    </div>
  );
}

const asChange = (audience: Audience): AudienceChange =>
  audience.kind === 'all'
    ? { kind: 'all', windows: [...audience.windows] }
    : { windows: [...audience.windows], kind: 'restricted', authorityIds: audience.authorities.map(({ id }) => id), personIds: [...audience.persons, ...audience.guests].map(({ id }) => id) };

function audienceSentence(audience: Audience, everybody: string, seenBy: (who: string) => string): string {
  if (audience.kind === 'all') return everybody;
  return seenBy([...audience.authorities.map(({ name }) => name), ...audience.persons.map(personAndAuthority)].join('; '));
}

const timedName = (meeting: Meeting, one: ItemWindow): string => meeting.authorities.find(({ id }) => id === one.authorityId)?.name ?? meeting.participants.find(({ id }) => id === one.personId)?.name ?? '';
