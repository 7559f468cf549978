import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { useSession } from '../api/session.js';
import type { AcceptProposal as Acceptance, Meeting, Proposal, Proposals } from '../api/types.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId, Fieldset } from '../shell/form.js';

interface AnswerProps {
  meeting: Meeting;
  proposal: Proposal;
  onDone: (now: Proposals) => void;
  onCancel: () => void;
}

/** Where it is put, and who may read it; the last place, and everybody, unless something else is said. */
export function AcceptProposal({ meeting, proposal, onDone, onCancel }: AnswerProps) {
  const { t } = useTranslation();
  const own = useSession().acting.authority.id;
  const form = `accept-${proposal.id}`;
  const places = meeting.outline.flatMap((entry) => (entry.closed || entry.item.parentId !== null ? [] : [entry.item]));
  const [afterItemId, setAfterItemId] = useState('');
  const [everybody, setEverybody] = useState(true);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set([own, proposal.proposedBy.authority.id]));
  const admitted = meeting.authorities.filter(({ sector }) => proposal.admittedSectors === null || proposal.admittedSectors.includes(sector));
  const accept = useMutation({ mutationFn: (body: Acceptance) => api.acceptProposal(meeting.id, proposal.id, body), onSuccess: onDone });
  const problem = accept.error instanceof ApiProblem ? accept.error : null;
  const errorOf = fieldErrors(problem);
  const submit = () => {
    if (!accept.isPending) accept.mutate({ afterItemId: afterItemId || null, authorityIds: everybody ? null : admitted.map(({ id }) => id).filter((id) => chosen.has(id)) });
  };
  return (
    <AnswerForm label={t('proposal.acceptLabel', { title: proposal.title })} save={t('proposal.accept')} pending={accept.isPending} onSubmit={submit} onCancel={onCancel}>
      <ErrorSummary form={form} problem={problem} fields={{ afterItemId: t('proposal.place'), authorityIds: t('audience.who'), audience: t('audience.who') }} />
      <Field id={fieldId(form, 'afterItemId')} label={t('proposal.place')} error={errorOf('afterItemId')}>
        {(control) => (
          <select {...control} className="form-select" autoFocus value={afterItemId} onChange={(event) => setAfterItemId(event.target.value)}>
            <option value="">{t('proposal.last')}</option>
            {places.map(({ id, title }) => (
              <option key={id} value={id}>
                {t('proposal.after', { title })}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Fieldset id={fieldId(form, 'authorityIds')} legend={t('audience.who')} error={errorOf('authorityIds') ?? errorOf('audience')}>
        <Choice id={`${form}-all`} type="radio" name={form} checked={everybody} onChange={() => setEverybody(true)}>
          {t('audience.chooseAll')}
        </Choice>
        <Choice id={`${form}-some`} type="radio" name={form} checked={!everybody} onChange={() => setEverybody(false)}>
          {t('proposal.chooseSome')}
        </Choice>
        {!everybody &&
          admitted.map(({ id, name }) => (
            <Choice key={id} id={`${form}-${id}`} type="checkbox" checked={chosen.has(id)} onChange={(on) => setChosen((before) => new Set(on ? [...before, id] : [...before].filter((other) => other !== id)))}>
              {t('audience.whole', { authority: name })}
            </Choice>
          ))}
      </Fieldset>
    </AnswerForm>
  );
}

/** With a word to whoever proposed it. */
export function DeclineProposal({ meeting, proposal, onDone, onCancel }: AnswerProps) {
  const { t } = useTranslation();
  const form = `decline-${proposal.id}`;
  const [word, setWord] = useState('');
  const decline = useMutation({ mutationFn: () => api.declineProposal(meeting.id, proposal.id, word.trim()), onSuccess: onDone });
  const problem = decline.error instanceof ApiProblem ? decline.error : null;
  return (
    <AnswerForm label={t('proposal.declineLabel', { title: proposal.title })} save={t('proposal.decline')} pending={decline.isPending} onSubmit={() => !decline.isPending && decline.mutate()} onCancel={onCancel}>
      <ErrorSummary form={form} problem={problem} fields={{ word: t('proposal.word') }} />
      <Field id={fieldId(form, 'word')} label={t('proposal.word')} hint={t('proposal.wordHint', { name: proposal.proposedBy.name })} error={fieldErrors(problem)('word')}>
        {(control) => <textarea {...control} autoFocus rows={2} className="form-input" maxLength={500} value={word} onChange={(event) => setWord(event.target.value)} />}
      </Field>
    </AnswerForm>
  );
}

function AnswerForm({ label, save, pending, onSubmit, onCancel, children }: { label: string; save: string; pending: boolean; onSubmit: () => void; onCancel: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-label={label} onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
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
