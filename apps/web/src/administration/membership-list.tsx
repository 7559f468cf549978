import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import type { AdministeredMembership, AdministeredPersonDetails } from '../api/types.js';
import { ErrorSummary, fieldErrors } from '../shell/form.js';
import { Icon, type IconName } from '../shell/icon.js';
import { EndMembership } from './end-membership.js';
import { keepPerson } from './keep-person.js';
import { dayOf, inWords, lastDayOf, wordsOf } from './labels.js';
import { emptyMembership, MembershipFields } from './membership-fields.js';

const looks: Record<AdministeredMembership['state'], { tone: string; icon: IconName }> = {
  current: { tone: 'badge-success', icon: 'check' },
  future: { tone: 'badge-info', icon: 'time' },
  paused: { tone: 'badge-warning', icon: 'minus' },
  ended: { tone: 'badge-plain', icon: 'close' },
};

export function MembershipList({ person }: { person: AdministeredPersonDetails }) {
  const { t } = useTranslation();
  if (person.memberships.length === 0) return <p className="empty">{t('administration.noRole')}</p>;
  return (
    <ul className="unstyled-list no-max-width admin-memberships">
      {person.memberships.toReversed().map((one) => (
        <MembershipRow key={one.id} person={person} membership={one} />
      ))}
    </ul>
  );
}

function MembershipRow({ person, membership }: { person: AdministeredPersonDetails; membership: AdministeredMembership }) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<'end' | 'change' | null>(null);
  const { tone, icon } = looks[membership.state];
  const role = t(`role.${membership.role}`);
  const ended = membership.state === 'ended';
  return (
    <li>
      <div className="admin-line">
        <p>
          <strong>{role}</strong>
          {wordsOf(membership) !== '' && <span lang="da">{` · ${wordsOf(membership)}`}</span>}
        </p>
        <span className={`badge ${tone}`}>
          <Icon name={icon} /> {t(`administration.state.${membership.state}`)}
        </span>
      </div>
      {membership.functions.length > 0 && <p>{membership.functions.map((one) => t(`memberFunction.${one}`)).join(', ')}</p>}
      <p className="quiet">
        {membership.validTo === null
          ? t('administration.since', { from: inWords(dayOf(membership.validFrom)) })
          : t('administration.fromTo', { from: inWords(dayOf(membership.validFrom)), to: inWords(lastDayOf(membership.validTo)) })}
      </p>
      {!ended && doing === null && (
        <p className="button-line">
          <button type="button" className="button button-secondary" onClick={() => setDoing('end')}>
            {t(membership.validTo === null ? 'administration.endOpen' : 'administration.endChange')}
            <span className="sr-only">: {role}</span>
          </button>
          <button type="button" className="button button-tertiary" onClick={() => setDoing('change')}>
            {t('administration.changeWords')}
            <span className="sr-only">: {role}</span>
          </button>
        </p>
      )}
      {doing === 'end' && <EndMembership person={person} membership={membership} onDone={() => setDoing(null)} />}
      {doing === 'change' && <ChangeWords person={person} membership={membership} onDone={() => setDoing(null)} />}
    </li>
  );
}

function ChangeWords({ person, membership, onDone }: { person: AdministeredPersonDetails; membership: AdministeredMembership; onDone: () => void }) {
  const { t } = useTranslation();
  const form = `change-${membership.id}`;
  const [draft, setDraft] = useState({ ...emptyMembership, functions: membership.functions, functionTitle: membership.functionTitle, unitTitle: membership.unitTitle });
  const change = useMutation({
    mutationFn: () => api.changeMembership(person, membership.id, { functions: draft.functions, functionTitle: draft.functionTitle, unitTitle: draft.unitTitle }),
    onSuccess: (updated) => {
      keepPerson(updated);
      onDone();
    },
  });
  const problem = change.error instanceof ApiProblem ? change.error : null;
  return (
    <MembershipForm label={t('administration.changeWords')} pending={change.isPending} save={t('administration.save')} onSubmit={change.mutate} onCancel={onDone}>
      <ErrorSummary form={form} problem={problem} fields={{ functionTitle: t('administration.functionTitle'), unitTitle: t('administration.unitTitle') }} />
      <MembershipFields form={form} draft={draft} onChange={setDraft} errorOf={fieldErrors(problem)} fixed />
    </MembershipForm>
  );
}

/** Gives a person another role. */
export function AddMembership({ person }: { person: AdministeredPersonDetails }) {
  const { t } = useTranslation();
  const form = 'new-membership';
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(emptyMembership);
  const { role, ...rest } = draft;
  const keys = useRef(creationKeys());
  const add = useMutation({
    mutationFn: () => {
      const body = { role: role as Exclude<typeof role, ''>, ...rest };
      // The version belongs to the request that is repeated, not to the next one.
      return api.addMembership(person, body, keys.current(body));
    },
    onSuccess: (updated) => {
      keys.current = creationKeys();
      keepPerson(updated);
      setDraft(emptyMembership);
      setOpen(false);
    },
  });
  const problem = add.error instanceof ApiProblem ? add.error : null;
  if (!open) {
    return (
      <p>
        <button type="button" className="button button-secondary" onClick={() => setOpen(true)}>
          <Icon name="plus" /> {t('administration.addRole')}
        </button>
      </p>
    );
  }
  return (
    <MembershipForm label={t('administration.addRole')} pending={add.isPending} save={t('administration.saveRole')} onSubmit={add.mutate} onCancel={() => setOpen(false)}>
      <ErrorSummary form={form} problem={problem} fields={{ role: t('administration.role'), functionTitle: t('administration.functionTitle'), unitTitle: t('administration.unitTitle'), from: t('administration.from'), until: t('administration.until') }} />
      <MembershipFields form={form} draft={draft} onChange={setDraft} errorOf={fieldErrors(problem)} />
    </MembershipForm>
  );
}

interface MembershipFormProps {
  label: string;
  save: string;
  pending: boolean;
  onSubmit: () => void;
  onCancel: () => void;
  children: ReactNode;
}

function MembershipForm({ label, save, pending, onSubmit, onCancel, children }: MembershipFormProps) {
  const { t } = useTranslation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) onSubmit();
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-label={label}>
      {children}
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={pending}>
          {save}
        </button>
        <button type="button" className="button button-tertiary" onClick={onCancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
