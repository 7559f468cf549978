import { guestPurposes, guestSectors } from '@lib/contracts/enums.js';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { DisclosureView, Guest, GuestInvitation, GuestKeys, Meeting } from '../api/types.js';
import { dateAt, endOfDay, startOfDay } from '../dates.js';
import { DisclosureConfirm } from '../meetings/disclosure-confirm.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { GuestKeysPanel } from './guest-keys.js';

const form = 'guest';

/** Invites somebody without an authority, to the meeting or to one item, after showing what she comes to see. */
export function InviteGuest({ meeting, itemId }: { meeting: Meeting; itemId: string | null }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [keys, setKeys] = useState<GuestKeys | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack(() => opener.current);
  const close = () => {
    focusBack();
    setOpen(false);
    setKeys(null);
  };
  if (!meeting.canCoordinate || meeting.state === 'cancelled') return null;
  if (keys) return <GuestKeysPanel meeting={meeting} keys={keys} onClose={close} />;
  if (open) return <GuestForm meeting={meeting} itemId={itemId} onDone={setKeys} onClose={close} />;
  return (
    <p>
      <button ref={opener} type="button" className="quiet-command" onClick={() => setOpen(true)}>
        <Icon name="plus" /> {t(itemId === null ? 'guest.inviteToMeeting' : 'guest.inviteToItem')}
      </button>
    </p>
  );
}

interface GuestFormProps {
  meeting: Meeting;
  itemId: string | null;
  /** The guest who is invited anew, for the time that the meeting has now. */
  former?: Guest;
  onDone: (keys: GuestKeys) => void;
  onClose: () => void;
}

/** Somebody new; or one who was invited already, in another time. */
export function GuestForm({ meeting, itemId, former, onDone, onClose }: GuestFormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(former?.name ?? '');
  const [organisation, setOrganisation] = useState(former?.organisation ?? '');
  const [sector, setSector] = useState<(typeof guestSectors)[number]>(former?.sector ?? 'school');
  const [purpose, setPurpose] = useState<(typeof guestPurposes)[number]>(former?.purpose ?? 'school');
  const [mayWrite, setMayWrite] = useState(former?.mayWrite ?? false);
  const [from, setFrom] = useState('');
  // Until the day after the meeting, unless somebody says otherwise.
  const [to, setTo] = useState(() => dayAfter(meeting.endInstant));
  const [asked, setAsked] = useState<{ invitation: GuestInvitation; view: DisclosureView } | null>(null);
  const preview = useMutation({ mutationFn: (invitation: GuestInvitation) => api.previewGuest(meeting.id, invitation), onSuccess: (view, invitation) => setAsked({ invitation, view }) });
  const keys = useRef(creationKeys());
  const invite = useMutation({
    mutationFn: ({ reason, invitation, digest }: { reason: string; invitation: GuestInvitation; digest: string }) => {
      const body = { ...invitation, disclosureReason: reason, disclosureDigest: digest };
      return api.inviteGuest(meeting.id, body, keys.current(body));
    },
    onSuccess: (keys) => {
      void queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey });
      if (itemId !== null) void queryClient.invalidateQueries({ queryKey: queries.itemDisclosures(itemId).queryKey });
      onDone(keys);
    },
    onError: (error, { invitation }) => {
      if (!(error instanceof ApiProblem)) return;
      // That request is answered for good: the next press is another one.
      if (error.code === 'idempotency-conflict') keys.current = creationKeys();
      if (error.status === 412) preview.mutate(invitation);
    },
  });
  const problem = preview.error instanceof ApiProblem ? preview.error : null;
  const errorOf = fieldErrors(problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (preview.isPending) return;
    preview.mutate({ name: name.trim(), organisation: organisation.trim(), sector, purpose, mayWrite, ...(itemId === null ? {} : { itemId }), ...(former ? { inPlaceOf: former.membershipId } : {}), ...(from ? { from: startOfDay(from) } : {}), to: to ? endOfDay(to) : '' });
  };
  if (asked) {
    return (
      <DisclosureConfirm
        view={asked.view}
        pending={invite.isPending}
        error={invite.error}
        submit={t('guest.submit')}
        onConfirm={(reason) => invite.mutate({ reason, invitation: asked.invitation, digest: asked.view.digest })}
        onBack={() => {
          setAsked(null);
          invite.reset();
        }}
      />
    );
  }
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-label={former ? t('guest.anewOf', { name: former.name }) : t('guest.formLabel')} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <ErrorSummary form={form} problem={problem} fields={{ name: t('guest.name'), organisation: t('guest.organisation'), sector: t('guest.sector'), purpose: t('guest.purpose'), to: t('guest.to') }} />
      <p className="quiet">{former ? t('guest.leadAnew') : t(itemId === null ? 'guest.leadMeeting' : 'guest.leadItem')}</p>
      <Field id={fieldId(form, 'name')} label={t('guest.name')} error={errorOf('name')}>
        {(control) => <input {...control} autoFocus className="form-input" autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field id={fieldId(form, 'organisation')} label={t('guest.organisation')} hint={t('guest.organisationHint')} error={errorOf('organisation')}>
        {(control) => <input {...control} className="form-input" autoComplete="off" value={organisation} onChange={(event) => setOrganisation(event.target.value)} />}
      </Field>
      <Field id={fieldId(form, 'sector')} label={t('guest.sector')} hint={t('guest.sectorHint')} error={errorOf('sector')}>
        {(control) => (
          <select {...control} className="form-select" value={sector} onChange={(event) => setSector(event.target.value as typeof sector)}>
            {guestSectors.map((one) => (
              <option key={one} value={one}>
                {t(`guest.sectorOf.${one}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id={fieldId(form, 'purpose')} label={t('guest.purpose')} error={errorOf('purpose')}>
        {(control) => (
          <select {...control} className="form-select" value={purpose} onChange={(event) => setPurpose(event.target.value as typeof purpose)}>
            {guestPurposes.map((one) => (
              <option key={one} value={one}>
                {t(`guest.purposeOf.${one}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className="field-row">
        <Field id={fieldId(form, 'from')} label={t('guest.from')} optional error={errorOf('from')}>
          {(control) => <input {...control} type="date" className="form-input" value={from} onChange={(event) => setFrom(event.target.value)} />}
        </Field>
        <Field id={fieldId(form, 'to')} label={t('guest.to')} error={errorOf('to')}>
          {(control) => <input {...control} type="date" className="form-input" min={from} value={to} onChange={(event) => setTo(event.target.value)} />}
        </Field>
      </div>
      <Choice id={fieldId(form, 'mayWrite')} type="checkbox" checked={mayWrite} onChange={setMayWrite}>
        {t('guest.mayWrite')}
      </Choice>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={preview.isPending}>
          {t('invite.preview')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onClose}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}

/** The Danish day after an instant. */
function dayAfter(instant: string): string {
  const later = new Date(Math.max(Date.parse(instant), Date.now()) + 86_400_000);
  return dateAt(later);
}
