import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, OpenEntry } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Choice, Fieldset } from '../shell/form.js';
import { ProblemNotice } from '../shell/problem-notice.js';

/** Unfinished items, chosen beforehand where the next meeting does not have them anyway, go there in one press. */
export function Carry({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const target = useQuery(queries.carryTarget(meeting.id));
  const open = meeting.outline.filter((entry): entry is OpenEntry => !entry.closed && entry.item.canChange && entry.item.state === 'open');
  const [choices, setChoices] = useState<Readonly<Record<string, boolean>>>({});
  const isChosen = ({ item }: OpenEntry) => choices[item.id] ?? !item.fromTemplate;
  const keys = useRef(creationKeys());
  const carry = useMutation({
    mutationFn: (itemIds: string[]) => api.carryItems(meeting.id, { itemIds }, keys.current(itemIds)),
    onSuccess: () => {
      // What was refused may be asked for again: only a lost answer makes it the same request.
      keys.current = creationKeys();
      return queryClient.invalidateQueries({ queryKey: ['meeting'] });
    },
  });
  const refused = carry.data?.items.filter((one) => one.refusal !== null) ?? [];
  const titleOf = (itemId: string) => open.find((entry) => entry.item.id === itemId)?.item.title ?? '';
  const next = target.data?.meeting;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const itemIds = open.filter(isChosen).map((entry) => entry.item.id);
    if (itemIds.length > 0 && !carry.isPending) carry.mutate(itemIds);
  };
  return (
    <section className="carry" aria-labelledby="carry-heading">
      <h3 id="carry-heading" className="h4">
        {t('carry.heading')}
      </h3>
      <div role="status">
        {carry.data && <p>{t('carry.done', { count: carry.data.items.length - refused.length })}</p>}
        {refused.map((one) => (
          <p key={one.itemId}>
            {titleOf(one.itemId)}: {one.refusal}
          </p>
        ))}
      </div>
      {carry.error && <ProblemNotice error={carry.error} />}
      {target.data?.refusal && <p>{target.data.refusal}</p>}
      {next && open.length === 0 && <p className="empty">{t('carry.nothing')}</p>}
      {next && open.length > 0 && (
        <form onSubmit={submit}>
          <Fieldset id="carry-items" legend={t('carry.which', { time: dayAndTime(next.startInstant) })} hint={t('carry.hint')}>
            {open.map((entry) => (
              <Choice key={entry.item.id} id={`carry-${entry.item.id}`} type="checkbox" checked={isChosen(entry)} onChange={(on) => setChoices((old) => ({ ...old, [entry.item.id]: on }))}>
                {entry.number} {entry.item.title}
                {entry.item.fromTemplate && <span className="quiet"> ({t('carry.inTemplate')})</span>}
              </Choice>
            ))}
          </Fieldset>
          <p className="button-line">
            <button type="submit" className="button button-secondary" aria-disabled={carry.isPending || !open.some(isChosen)}>
              {t('carry.submit')}
            </button>
          </p>
        </form>
      )}
    </section>
  );
}
