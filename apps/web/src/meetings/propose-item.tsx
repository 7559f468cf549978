import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import type { Meeting, NewProposal, Proposals } from '../api/types.js';
import { ErrorSummary, fieldErrors, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { emptyItemFrame, frameOf, ItemBasisField, ItemFrameFields, itemFrameLabels } from './item-frame-fields.js';

const form = 'proposal';

/** “Foreslå et punkt”: what a participant wants on the agenda, for the coordinators to answer. */
export function ProposeItem({ meeting, onDone }: { meeting: Meeting; onDone: (now: Proposals) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(emptyItemFrame);
  const keys = useRef(creationKeys());
  const opener = useRef<HTMLButtonElement>(null);
  // The button is there with a later render, which need not come before the next frame.
  const returnsFocus = useRef(false);
  useEffect(() => {
    if (!returnsFocus.current || opener.current === null) return;
    returnsFocus.current = false;
    opener.current.focus();
  });
  const close = () => {
    returnsFocus.current = true;
    setOpen(false);
  };
  const propose = useMutation({
    mutationFn: (body: NewProposal) => api.propose(meeting.id, body, keys.current(body)),
    onSuccess: (now) => {
      onDone(now);
      setDraft(emptyItemFrame);
      keys.current = creationKeys();
      close();
    },
  });
  const problem = propose.error instanceof ApiProblem ? propose.error : null;
  const errorOf = fieldErrors(problem);
  if (!open) {
    return (
      <button ref={opener} type="button" className="button button-secondary" onClick={() => setOpen(true)}>
        <Icon name="plus" /> {t('proposal.open')}
      </button>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!propose.isPending) propose.mutate(frameOf(draft));
  };
  const fields = { form, draft, onChange: setDraft, errorOf };
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-labelledby="propose-heading" onKeyDown={(event) => event.key === 'Escape' && close()}>
      <h3 id="propose-heading" className="h4">
        {t('proposal.open')}
      </h3>
      <ErrorSummary form={form} problem={problem} fields={labelled(itemFrameLabels, t)} />
      <ItemFrameFields {...fields} titleHint={t('proposal.titleHint')} />
      <ItemBasisField {...fields} meeting={meeting} />
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={propose.isPending}>
          {t('proposal.send')}
        </button>
        <button type="button" className="button button-tertiary" onClick={close}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
