import { useState, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queryClient } from '../api/queries.js';
import type { Audience, AudienceChange, Item, Meeting } from '../api/types.js';
import { Icon } from '../shell/icon.js';
import { personAndAuthority } from '../shell/people.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { AudienceForm } from './audience-form.js';

/** Who can see the item and why, in plain words; and the change of it, which others feel at once. */
export function AudiencePanel({ meeting, item }: { meeting: Meeting; item: Item }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const [before, setBefore] = useState<Audience | null>(null);
  const opener = useRef<HTMLButtonElement>(null);

  const change = useMutation({
    mutationFn: (audience: AudienceChange) => api.changeAudience(item.id, audience),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['meeting', meeting.id] }),
  });
  const close = () => {
    setEditing(false);
    change.reset();
    requestAnimationFrame(() => opener.current?.focus());
  };
  const save = (audience: AudienceChange) => {
    const former = item.audience;
    change.mutate(audience, {
      onSuccess: () => {
        setBefore(former);
        close();
      },
    });
  };
  const undo = () => {
    if (before) change.mutate(asChange(before), { onSuccess: () => setBefore(null) });
  };

  const restricted = item.audience.kind === 'restricted';
  return (
    <div className="audience">
      <p>
        <Icon name={restricted ? 'lock' : 'groups'} /> {audienceSentence(item.audience, t('audience.everybody'), (who) => t('audience.seenBy', { who }))}
      </p>
      <p>{item.legalBasis ? t('audience.basis', { basis: item.legalBasis.label }) : t('audience.noBasis')}</p>
      {item.legalBasis?.limits && <p className="quiet">{item.legalBasis.limits}</p>}
      {before && (
        <p role="status" className="audience-changed">
          {t('audience.changed')}{' '}
          <button type="button" className="link-button" onClick={undo}>
            {t('audience.undo')}
          </button>
        </p>
      )}
      {item.canChangeAudience &&
        (editing ? (
          <AudienceForm
            meeting={meeting}
            item={item}
            pending={change.isPending}
            problem={change.error instanceof ApiProblem ? change.error : null}
            onSave={save}
            onCancel={close}
          />
        ) : (
          <>
            {change.error && <ProblemNotice error={change.error} />}
            <button ref={opener} type="button" className="button button-secondary" onClick={() => setEditing(true)}>
              <Icon name="lock" /> {t(restricted ? 'audience.edit' : 'audience.restrict')}
            </button>
          </>
        ))}
    </div>
  );
}

const asChange = (audience: Audience): AudienceChange =>
  audience.kind === 'all'
    ? { kind: 'all' }
    : { kind: 'restricted', authorityIds: audience.authorities.map(({ id }) => id), personIds: audience.persons.map(({ id }) => id) };

function audienceSentence(audience: Audience, everybody: string, seenBy: (who: string) => string): string {
  if (audience.kind === 'all') return everybody;
  return seenBy([...audience.authorities.map(({ name }) => name), ...audience.persons.map(personAndAuthority)].join('; '));
}
