import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, Poll, PollLink } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { keepPoll } from './keep-poll.js';

const form = 'outsider';

/** People without an account, each with a link of her own to be passed on; the product sends none. */
export function PollOutsiders({ meeting, poll }: { meeting: Meeting; poll: Poll }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [link, setLink] = useState<PollLink | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const back = useFocusBack(() => opener.current);
  const shown = (given: PollLink) => {
    setOpen(false);
    setLink(given);
    void queryClient.invalidateQueries({ queryKey: queries.poll(meeting.id).queryKey });
  };
  const close = () => {
    back();
    setOpen(false);
    setLink(null);
  };
  return (
    <section aria-labelledby="poll-outsiders">
      <h2 id="poll-outsiders" className="h3">
        {t('poll.outsiders')}
      </h2>
      <p className="quiet">{t('poll.outsidersLead', { kind: meeting.kindTitle })}</p>
      {poll.outsiders !== null && poll.outsiders.length > 0 && (
        <ul className="rows unstyled-list no-max-width">
          {poll.outsiders.map((one) => (
            <Outsider key={one.id} meeting={meeting} poll={poll} outsider={one} onLink={shown} />
          ))}
        </ul>
      )}
      {link !== null ? (
        <LinkPanel meeting={meeting} poll={poll} link={link} onClose={close} />
      ) : isOpen ? (
        <OutsiderForm meeting={meeting} poll={poll} onDone={shown} onClose={close} />
      ) : (
        <p>
          <button ref={opener} type="button" className="quiet-command" onClick={() => setOpen(true)}>
            <Icon name="plus" /> {t('poll.giveLink')}
          </button>
        </p>
      )}
    </section>
  );
}

type PolledOutsider = NonNullable<Poll['outsiders']>[number];

function Outsider({ meeting, poll, outsider, onLink }: { meeting: Meeting; poll: Poll; outsider: PolledOutsider; onLink: (link: PollLink) => void }) {
  const { t } = useTranslation();
  const renew = useMutation({ mutationFn: () => api.renewPollLink(meeting.id, outsider.id, { pollId: poll.id }), onSuccess: onLink });
  const revoke = useMutation({ mutationFn: () => api.revokePollLink(meeting.id, outsider.id, { pollId: poll.id }), onSuccess: (view) => keepPoll(meeting.id, view) });
  return (
    <li className="row-item">
      <div>
        <p lang="da">{outsider.name}</p>
        <p className="quiet">
          {t(outsider.isMissing ? 'poll.linkMissing' : 'poll.linkAnswered')} {t('poll.linkAt', { time: dayAndTime(outsider.linkAt) })}
        </p>
        {(renew.error ?? revoke.error) && <ProblemNotice error={renew.error ?? revoke.error} />}
      </div>
      <p className="button-line">
        <button type="button" className="quiet-command" aria-disabled={renew.isPending} onClick={() => !renew.isPending && renew.mutate()}>
          <Icon name="sync" /> {t('poll.renew')} <span className="sr-only">{outsider.name}</span>
        </button>
        <button type="button" className="quiet-command" aria-disabled={revoke.isPending} onClick={() => !revoke.isPending && revoke.mutate()}>
          <Icon name="close" /> {t('poll.revoke')} <span className="sr-only">{outsider.name}</span>
        </button>
      </p>
    </li>
  );
}

function OutsiderForm({ meeting, poll, onDone, onClose }: { meeting: Meeting; poll: Poll; onDone: (link: PollLink) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const keys = useRef(creationKeys());
  const give = useMutation({
    mutationFn: () => {
      const body = { pollId: poll.id, name: name.trim() };
      return api.givePollLink(meeting.id, body, keys.current(body));
    },
    onSuccess: (link) => {
      keys.current = creationKeys();
      onDone(link);
    },
  });
  const problem = give.error instanceof ApiProblem ? give.error : null;
  const errorOf = fieldErrors(problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!give.isPending) give.mutate();
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-label={t('poll.giveLink')} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <ErrorSummary form={form} problem={problem} fields={{ name: t('poll.outsiderName') }} />
      <Field id={fieldId(form, 'name')} label={t('poll.outsiderName')} hint={t('poll.outsiderNameHint')} error={errorOf('name')}>
        {(control) => <input {...control} autoFocus className="form-input" autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={give.isPending}>
          {t('poll.giveSubmit')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onClose}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}

/** The link, this once, within words that name kind and last day and nobody. */
function LinkPanel({ meeting, poll, link, onClose }: { meeting: Meeting; poll: Poll; link: PollLink; onClose: () => void }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => heading.current?.focus(), [link]);
  const letter = t('poll.letter', { kind: meeting.kindTitle, time: dayAndTime(new Date(Date.parse(poll.closesAt) - 60_000).toISOString()), link: link.link });
  const copy = () =>
    void navigator.clipboard.writeText(letter).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <section className="inline-form" aria-labelledby="poll-link">
      <h3 id="poll-link" ref={heading} tabIndex={-1}>
        {t('poll.linkHeading')}
      </h3>
      <p>{t('poll.linkLead')}</p>
      <p className="form-label" id="poll-letter">
        {t('poll.letterLabel')}
      </p>
      <textarea className="form-input" rows={6} readOnly aria-labelledby="poll-letter" value={letter} onFocus={(event) => event.target.select()} />
      <p className="button-line">
        <button type="button" className="button button-secondary" onClick={copy}>
          {t('guest.copy')}
        </button>
        <button type="button" className="button button-primary" onClick={onClose}>
          {t('poll.linkDone')}
        </button>
        <span role="status">{copied && t('guest.copied')}</span>
      </p>
    </section>
  );
}
