import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, NewItem } from '../api/types.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { emptyItemFrame, frameOf, ItemBasisField, ItemFrameFields, itemFrameLabels } from './item-frame-fields.js';

const form = 'new-item';
const labels = { ...itemFrameLabels, section: 'frame.section' } as const;

export function AddItem({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(emptyItemFrame);
  const [section, setSection] = useState('');
  const keys = useRef(creationKeys());
  const opener = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack(() => opener.current);

  const add = useMutation({
    mutationFn: (body: NewItem) => api.addItem(meeting.id, body, keys.current(body)),
    onSuccess: async (item) => {
      keys.current = creationKeys();
      // The outline must know the item before its page is shown, or it would look like one that does not exist.
      await queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey });
      void navigate(`/moeder/${meeting.id}/punkt/${item.id}`);
    },
  });
  const problem = add.error instanceof ApiProblem ? add.error : null;
  const errorOf = fieldErrors(problem);

  if (!open) {
    return (
      <button ref={opener} type="button" className="button button-secondary" onClick={() => setOpen(true)}>
        <Icon name="plus" /> {t('agenda.add')}
      </button>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate({ ...frameOf(draft), section: section || null });
  };
  const cancel = () => {
    focusBack();
    setOpen(false);
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate aria-labelledby="add-item-heading" onKeyDown={(event) => event.key === 'Escape' && cancel()}>
      <h3 id="add-item-heading" className="h4">
        {t('agenda.add')}
      </h3>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      <ItemFrameFields form={form} draft={draft} onChange={setDraft} titleHint={t('agenda.titleHint')} errorOf={errorOf} />
      <Field id={fieldId(form, 'section')} label={t('frame.section')} optional hint={t('frame.sectionHint')} error={errorOf('section')}>
        {(control) => <input {...control} className="form-input" value={section} onChange={(event) => setSection(event.target.value)} />}
      </Field>
      <ItemBasisField form={form} meeting={meeting} draft={draft} onChange={setDraft} errorOf={errorOf} />
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={add.isPending}>
          {t('agenda.add')}
        </button>
        <button type="button" className="button button-tertiary" onClick={cancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
