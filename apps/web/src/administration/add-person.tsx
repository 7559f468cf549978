import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queryClient } from '../api/queries.js';
import type { NewPerson } from '../api/types.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { emptyMembership, MembershipFields } from './membership-fields.js';

const form = 'new-person';

export function AddPerson() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [userName, setUserName] = useState('');
  const [membership, setMembership] = useState(emptyMembership);
  const keys = useRef(creationKeys());
  const opener = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack(() => opener.current);
  const add = useMutation({
    mutationFn: (body: NewPerson) => api.addPerson(body, keys.current(body)),
    onSuccess: async (person) => {
      await queryClient.invalidateQueries({ queryKey: ['administration'] });
      void navigate(`/administration/personer/${person.id}`);
    },
  });
  const problem = add.error instanceof ApiProblem ? add.error : null;
  const errorOf = fieldErrors(problem);
  if (!open) {
    return (
      <p>
        <button ref={opener} type="button" className="button button-primary" onClick={() => setOpen(true)}>
          <Icon name="plus" /> {t('administration.addPerson')}
        </button>
      </p>
    );
  }
  const { role, ...rest } = membership;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate({ name: name.trim(), userName: userName.trim() || null, membership: role === '' ? null : { role, ...rest } });
  };
  const cancel = () => {
    focusBack();
    setOpen(false);
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-labelledby="new-person-heading">
      <h2 id="new-person-heading" className="h4">
        {t('administration.addPerson')}
      </h2>
      <ErrorSummary form={form} problem={problem} fields={{ name: t('administration.name'), userName: t('administration.userName'), 'membership.role': t('administration.role'), 'membership.functionTitle': t('administration.functionTitle'), 'membership.unitTitle': t('administration.unitTitle'), 'membership.from': t('administration.from'), 'membership.until': t('administration.until') }} />
      <Field id={fieldId(form, 'name')} label={t('administration.name')} error={errorOf('name')}>
        {(control) => <input {...control} className="form-input" autoFocus autoComplete="off" maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field id={fieldId(form, 'userName')} label={t('administration.userName')} hint={t('administration.userNameHint')} optional error={errorOf('userName')}>
        {(control) => <input {...control} className="form-input" autoComplete="off" maxLength={200} value={userName} onChange={(event) => setUserName(event.target.value)} />}
      </Field>
      <MembershipFields form={form} prefix="membership." draft={membership} onChange={setMembership} errorOf={errorOf} mayHaveNone />
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={add.isPending}>
          {t('administration.savePerson')}
        </button>
        <button type="button" className="button button-tertiary" onClick={cancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
