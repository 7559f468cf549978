import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { DisclosureView, Invitation, Meeting, PersonRef } from '../api/types.js';
import { contactsOf, useContactName } from '../contacts/contact.js';
import { endOfDay, startOfDay } from '../dates.js';
import { DisclosureConfirm } from '../meetings/disclosure-confirm.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';

const form = 'invite';

/** Invites one more to the meeting, after showing what she comes to see. */
export function Invite({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState('');
  const opener = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack(() => opener.current);
  const close = (who?: string) => {
    focusBack();
    setOpen(false);
    setDone(who ?? '');
  };
  if (!meeting.canCoordinate || !['draft', 'proposed', 'confirmed'].includes(meeting.state)) return null;
  return (
    <>
      <p className="sr-only" role="status">
        {done && t('invite.done', { who: done })}
      </p>
      {open ? (
        <InviteForm meeting={meeting} onClose={close} />
      ) : (
        <p>
          <button ref={opener} type="button" className="quiet-command" onClick={() => setOpen(true)}>
            <Icon name="plus" /> {t('invite.open')}
          </button>
        </p>
      )}
    </>
  );
}

function InviteForm({ meeting, onClose }: { meeting: Meeting; onClose: (who?: string) => void }) {
  const { t } = useTranslation();
  const name = useContactName();
  const related = useQuery(queries.relatedAuthorities());
  const [authorityId, setAuthorityId] = useState('');
  const people = useQuery({ ...queries.peopleOf(authorityId), enabled: authorityId !== '' });
  const register = useQuery({ ...queries.contactsOf(authorityId), enabled: authorityId !== '' });
  const [membershipId, setMembershipId] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [asked, setAsked] = useState<{ invitation: Invitation; view: DisclosureView } | null>(null);
  const preview = useMutation({ mutationFn: (invitation: Invitation) => api.previewInvitation(meeting.id, invitation), onSuccess: (view, invitation) => setAsked({ invitation, view }) });
  const invite = useMutation({
    mutationFn: ({ reason, invitation, digest }: { reason: string; invitation: Invitation; digest: string }) => api.invite(meeting.id, { ...invitation, disclosureReason: reason, disclosureDigest: digest }),
    onSuccess: (updated, { invitation }) => {
      queryClient.setQueryData(queries.meeting(meeting.id).queryKey, updated);
      onClose(updated.participants.find((one) => invitation.membershipIds.includes(one.membershipId))?.name);
    },
    onError: (error, { invitation }) => error instanceof ApiProblem && error.status === 412 && preview.mutate(invitation),
  });
  const there = new Set(meeting.participants.map((one) => one.id));
  const free = people.data?.people.filter((one) => !there.has(one.id)) ?? [];
  const contacts = contactsOf(register.data?.contacts ?? [], meeting.kindId);
  const suggested = free.filter((one) => contacts.has(one.membershipId));
  const option = (one: PersonRef) => (
    <option key={one.membershipId} value={one.membershipId}>
      {[one.name, one.functionTitle, ...(contacts.get(one.membershipId) ?? []).map(name)].filter(Boolean).join(', ')}
    </option>
  );
  const problem = preview.error instanceof ApiProblem ? preview.error : null;
  const errorOf = fieldErrors(problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (membershipId && !preview.isPending) preview.mutate({ membershipIds: [membershipId], ...(from ? { from: startOfDay(from) } : {}), ...(to ? { to: endOfDay(to) } : {}) });
  };
  if (asked) {
    return (
      <DisclosureConfirm
        view={asked.view}
        pending={invite.isPending}
        error={invite.error}
        submit={t('invite.submit')}
        onConfirm={(reason) => invite.mutate({ reason, invitation: asked.invitation, digest: asked.view.digest })}
        onBack={() => {
          setAsked(null);
          invite.reset();
        }}
      />
    );
  }
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-label={t('invite.formLabel')} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <ErrorSummary form={form} problem={problem} fields={{ membershipIds: t('invite.person'), to: t('window.to') }} />
      <Field id={fieldId(form, 'authority')} label={t('invite.authority')}>
        {(control) => (
          <select
            {...control}
            autoFocus
            className="form-select"
            value={authorityId}
            onChange={(event) => {
              setAuthorityId(event.target.value);
              setMembershipId('');
            }}
          >
            <option value="">{t('invite.choose')}</option>
            {related.data?.authorities.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id={fieldId(form, 'membershipIds')} label={t('invite.person')} error={errorOf('membershipIds')}>
        {(control) => (
          <select {...control} className="form-select" value={membershipId} onChange={(event) => setMembershipId(event.target.value)}>
            <option value="">{t('invite.choose')}</option>
            {suggested.length > 0 && <optgroup label={t('contacts.suggested')}>{suggested.map(option)}</optgroup>}
            {suggested.length > 0 ? <optgroup label={t('contacts.others')}>{free.filter((one) => !suggested.includes(one)).map(option)}</optgroup> : free.map(option)}
          </select>
        )}
      </Field>
      <p className="quiet">{t('invite.period')}</p>
      <div className="field-row">
        <Field id={fieldId(form, 'from')} label={t('window.from')} optional error={errorOf('from')}>
          {(control) => <input {...control} type="date" className="form-input" value={from} onChange={(event) => setFrom(event.target.value)} />}
        </Field>
        <Field id={fieldId(form, 'to')} label={t('window.to')} optional error={errorOf('to')}>
          {(control) => <input {...control} type="date" className="form-input" min={from} value={to} onChange={(event) => setTo(event.target.value)} />}
        </Field>
      </div>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={preview.isPending || !membershipId}>
          {t('invite.preview')}
        </button>
        <button type="button" className="button button-tertiary" onClick={() => onClose()}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
