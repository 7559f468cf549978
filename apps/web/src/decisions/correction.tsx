import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { queries } from '../api/queries.js';
import type { Decision } from '../api/types.js';
import { Answer } from '../shell/answer.js';
import { DecisionFields } from './decision-form.js';

/** What was recorded stays; whoever may write in the item puts a better decision in its place. */
export function Correction({ decision, itemId, meetingId }: { decision: Decision; itemId: string; meetingId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const options = useQuery({ ...queries.decisionOptions(itemId), enabled: open });
  const box = useRef<HTMLElement>(null);
  const loaded = options.data !== undefined;
  useEffect(() => {
    if (open && loaded) box.current?.querySelector('textarea')?.focus();
  }, [open, loaded]);
  if (!open) {
    return (
      <p>
        <button type="button" className="quiet-command" onClick={() => setOpen(true)}>
          {t('correction.open')}
        </button>
      </p>
    );
  }
  return (
    <section ref={box} className="inline-form" aria-labelledby="correction-heading">
      <h2 id="correction-heading" className="h4">
        {t('correction.open')}
      </h2>
      <p>{t('correction.explanation')}</p>
      <Answer query={options} lines={6}>
        {(data) => (
          <DecisionFields
            options={data}
            meetingId={meetingId}
            itemId={itemId}
            corrects={decision}
            onDone={(saved) => {
              setOpen(false);
              if (saved) void navigate(`/beslutninger/${saved.id}`);
            }}
          />
        )}
      </Answer>
    </section>
  );
}
