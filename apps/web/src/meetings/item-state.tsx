import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Item, ItemStateChange, Meeting } from '../api/types.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { ProblemNotice } from '../shell/problem-notice.js';

const form = 'omit';

/** Sets what becomes of an item, under the version on the screen. */
export function useItemState(meetingId: string) {
  return useMutation({
    mutationFn: ({ item, body }: { item: Item; body: ItemStateChange; after?: (() => void) | undefined }) => api.setItemState(item, body),
    // Before the meeting is read anew: an item that is off the agenda takes these commands with it, and what is theirs would be dropped.
    onSuccess: (_, { after }) => after?.(),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.meeting(meetingId).queryKey }),
  });
}

/** What a coordinator does with an item at the meeting: finished, not taken, off the agenda; each can be taken back. */
export function ItemStateCommands({ meeting, item }: { meeting: Meeting; item: Item }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const run = useItemState(meeting.id);
  if (!item.canChange || item.state === 'carried' || item.state === 'moved') return null;
  const problem = run.error instanceof ApiProblem ? run.error : null;
  const agendaOpen = meeting.agendaState !== 'closed';
  const set = (body: ItemStateChange, after?: () => void) => {
    if (!run.isPending) run.mutate({ item, body, after });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set({ state: 'omitted', reason }, () => setAsking(false));
  };
  const isAsked = asking && item.state === 'open';
  return (
    <div className="item-state">
      {problem && !isAsked && <ProblemNotice error={problem} />}
      {isAsked ? (
        <form className="inline-form" onSubmit={submit} noValidate aria-label={t('item.omit')} onKeyDown={(event) => event.key === 'Escape' && setAsking(false)}>
          <ErrorSummary form={form} problem={problem} fields={{ reason: t('item.omitReason') }} />
          <Field id={fieldId(form, 'reason')} label={t('item.omitReason')} hint={t('item.omitHint')} error={fieldErrors(problem)('reason')}>
            {(control) => <textarea {...control} rows={2} autoFocus className="form-input" value={reason} onChange={(event) => setReason(event.target.value)} />}
          </Field>
          <p className="button-line">
            <button type="submit" className="button button-primary" aria-disabled={run.isPending}>
              {t('item.omit')}
            </button>
            <button type="button" className="button button-tertiary" onClick={() => setAsking(false)}>
              {t('form.cancel')}
            </button>
          </p>
        </form>
      ) : (
        <p className="button-line">
          {item.state === 'open' ? (
            <>
              <button type="button" className="button button-secondary" aria-disabled={run.isPending} onClick={() => set({ state: 'done' })}>
                <Icon name="check" /> {t('item.finish')}
              </button>
              {agendaOpen && (
                <button type="button" className="quiet-command" onClick={() => setAsking(true)}>
                  {t('item.omit')}
                </button>
              )}
              {agendaOpen && !(item.mandatory && item.fromTemplate) && (
                <button type="button" className="quiet-command" aria-disabled={run.isPending} onClick={() => set({ state: 'withdrawn' }, () => void navigate(`/moeder/${meeting.id}`))}>
                  {t('item.withdraw')}
                </button>
              )}
            </>
          ) : (
            <button type="button" className="button button-secondary" aria-disabled={run.isPending} onClick={() => set({ state: 'open' })}>
              {t('item.reopen')}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

/** What was taken off the agenda, with the way back. */
export function Withdrawn({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const run = useItemState(meeting.id);
  if (meeting.withdrawn.length === 0) return null;
  return (
    <section className="withdrawn" aria-labelledby="withdrawn-heading">
      <h3 id="withdrawn-heading" className="h4">
        {t('agenda.withdrawn')}
      </h3>
      {run.error && <ProblemNotice error={run.error} />}
      <ul className="unstyled-list no-max-width">
        {meeting.withdrawn.map((item) => (
          <li key={item.id}>
            {item.title || t('item.untitled')}{' '}
            {item.canChange && meeting.agendaState !== 'closed' && (
              <button type="button" className="link-button" aria-disabled={run.isPending} onClick={() => !run.isPending && run.mutate({ item, body: { state: 'open' } })}>
                {t('agenda.putBack')}
                <span className="sr-only">: {item.title}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
