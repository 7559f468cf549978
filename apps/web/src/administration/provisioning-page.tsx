import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { NewToken, Provisioning } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { AdministrationFrame } from './administration-frame.js';

const form = 'new-key';
const lifetimes = ['90', '180', '365', '730'] as const;

const changed = () => {
  void queryClient.invalidateQueries({ queryKey: ['administration', 'provisioning'] });
  void queryClient.invalidateQueries({ queryKey: ['administration', 'events'] });
};

/** Keys by which the authority's own user management keeps people up to date (SCIM 2.0). */
export function ProvisioningPage() {
  const { t } = useTranslation();
  const provisioning = useQuery(queries.provisioning());
  return (
    <AdministrationFrame>
      <PageHeading title={t('administration.provisioningTitle')} />
      <p>{t('administration.provisioningLead')}</p>
      <Answer query={provisioning} lines={6}>
        {(found) => (
          <>
            <p>
              {t('administration.address')}
              <code className="admin-token">{found.address}</code>
            </p>
            <NewKey />
            <Keys provisioning={found} />
          </>
        )}
      </Answer>
    </AdministrationFrame>
  );
}

function NewKey() {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [days, setDays] = useState<(typeof lifetimes)[number]>('365');
  const [made, setMade] = useState<NewToken | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (made !== null) box.current?.focus();
  }, [made]);
  const keys = useRef(creationKeys());
  const create = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), days: Number(days) };
      return api.createToken(body, keys.current(body));
    },
    onSuccess: (token) => {
      keys.current = creationKeys();
      setMade(token);
      setName('');
      changed();
    },
    // That request is answered for good: the next press is another one.
    onError: (error) => error instanceof ApiProblem && error.code === 'idempotency-conflict' && (keys.current = creationKeys()),
  });
  const problem = create.error instanceof ApiProblem ? create.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!create.isPending) create.mutate();
  };
  if (made !== null) {
    return (
      <div ref={box} className="alert alert-success" tabIndex={-1} role="group" aria-label={t('administration.keyMade')}>
        <p className="alert-heading">{t('administration.keyMade')}</p>
        <p className="alert-text">{t('administration.keyOnce', { date: dayAndTime(made.expiresAt) })}</p>
        <code className="admin-token">{made.token}</code>
        <p className="button-line">
          <button type="button" className="button button-secondary" onClick={() => setMade(null)}>
            {t('administration.keyKept')}
          </button>
        </p>
      </div>
    );
  }
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-labelledby="new-key-heading">
      <h2 id="new-key-heading" className="h4">
        {t('administration.newKey')}
      </h2>
      <ErrorSummary form={form} problem={problem} fields={{ name: t('administration.system'), days: t('administration.lifetime') }} />
      <Field id={fieldId(form, 'name')} label={t('administration.system')} hint={t('administration.systemHint')} error={fieldErrors(problem)('name')}>
        {(control) => <input {...control} className="form-input" autoComplete="off" maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field id={fieldId(form, 'days')} label={t('administration.lifetime')} error={fieldErrors(problem)('days')}>
        {(control) => (
          <select {...control} className="form-select" value={days} onChange={(event) => setDays(event.target.value as (typeof lifetimes)[number])}>
            {lifetimes.map((one) => (
              <option key={one} value={one}>
                {t('administration.days', { count: Number(one) })}
              </option>
            ))}
          </select>
        )}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={create.isPending}>
          {t('administration.makeKey')}
        </button>
      </p>
    </form>
  );
}

function Keys({ provisioning }: { provisioning: Provisioning }) {
  const { t } = useTranslation();
  const revoke = useMutation({ mutationFn: api.revokeToken, onSuccess: changed });
  if (provisioning.clients.length === 0) return <p className="empty">{t('administration.noKeys')}</p>;
  return (
    <>
      {revoke.error && <ProblemNotice error={revoke.error} />}
      {provisioning.clients.map((client) => (
        <section key={client.id} aria-labelledby={`client-${client.id}`}>
          <h2 id={`client-${client.id}`} className="h4">
            {client.name}
          </h2>
          <ul className="unstyled-list no-max-width admin-events">
            {client.tokens.map((token) => (
              <li key={token.id}>
                <div className="admin-line">
                  <p>
                    <Icon name={token.state === 'living' ? 'check' : 'close'} /> {t(`administration.key.${token.state}`, { date: dayAndTime(token.expiresAt) })}
                  </p>
                  {token.state === 'living' && (
                    <button type="button" className="button button-secondary" aria-disabled={revoke.isPending} onClick={() => !revoke.isPending && revoke.mutate(token.id)}>
                      {t('administration.revoke')}
                      <span className="sr-only">: {client.name}</span>
                    </button>
                  )}
                </div>
                <p className="quiet">
                  {t('administration.keyBy', { name: token.createdBy, date: dayAndTime(token.createdAt) })}
                  {' · '}
                  {token.lastUsedAt === null ? t('administration.neverUsed') : t('administration.lastUsed', { date: dayAndTime(token.lastUsedAt) })}
                </p>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
