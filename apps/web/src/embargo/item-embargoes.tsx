import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import type { Embargo, Embargoes } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { personAndAuthority } from '../shell/people.js';
import { EmbargoForm } from './embargo-form.js';
import './embargo.css';

/** The embargoes of an item: set, reviewed and lifted here; a lifted one stays to be seen. */
export function ItemEmbargoes({ itemId, meetingId }: { itemId: string; meetingId: string }) {
  const { t } = useTranslation();
  const answer = useQuery(queries.itemEmbargoes(itemId));
  const [open, setOpen] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const settle = {
    onSuccess: (now: Embargoes) => {
      queryClient.setQueryData(queries.itemEmbargoes(itemId).queryKey, now);
      void queryClient.invalidateQueries({ queryKey: queries.meeting(meetingId).queryKey });
      void queryClient.invalidateQueries({ queryKey: queries.embargoesWaiting().queryKey });
    },
    onError: () => void queryClient.invalidateQueries({ queryKey: queries.itemEmbargoes(itemId).queryKey }),
  };
  const set = useMutation({ mutationFn: api.setEmbargo, ...settle });
  const move = useMutation({ mutationFn: api.moveEmbargoReview, ...settle });
  const lift = useMutation({ mutationFn: api.liftEmbargo, ...settle });
  if (!answer.data) return null;
  const { embargoes, canSet } = answer.data;
  const done = (words: string) => () => {
    setOpen(null);
    setSaid(words);
  };

  return (
    <>
      <ul className="embargo-list unstyled-list">
        {embargoes.map((one) => (
          <li key={one.id}>
            <p>
              <Icon name={one.liftedAt ? 'check' : 'warning'} /> <strong lang="da">{one.towards}</strong> {one.liftedAt ? t('embargo.lifted') : one.isOverdue && <strong>({t('embargo.overdue')})</strong>}
            </p>
            <p lang="da">{one.reason}</p>
            <Timeline embargo={one} />
            {open === `move ${one.id}` ? (
              <EmbargoForm
                kind="review"
                form={`review-${one.id}`}
                command={{ error: move.error, isPending: move.isPending, send: ({ reason, reviewAt }) => move.mutate({ embargo: one, body: { reason, reviewAt } }, { onSuccess: done(t('embargo.saidMoved')) }) }}
                onLeave={() => setOpen(null)}
              />
            ) : open === `lift ${one.id}` ? (
              <EmbargoForm
                kind="lift"
                form={`lift-${one.id}`}
                command={{ error: lift.error, isPending: lift.isPending, send: ({ reason }) => lift.mutate({ embargo: one, body: { reason } }, { onSuccess: done(t('embargo.saidLifted')) }) }}
                onLeave={() => setOpen(null)}
              />
            ) : (
              <p className="button-line">
                {one.canLift && (
                  <button type="button" className="button button-secondary" onClick={() => setOpen(`lift ${one.id}`)}>
                    {t('embargo.lift')}
                  </button>
                )}
                {one.canMoveReview && (
                  <button type="button" className="button button-secondary" onClick={() => setOpen(`move ${one.id}`)}>
                    {t('embargo.moveReview')}
                  </button>
                )}
              </p>
            )}
          </li>
        ))}
      </ul>
      {canSet && open === 'set' && (
        <EmbargoForm
          kind="set"
          form="embargo"
          command={{ error: set.error, isPending: set.isPending, send: (body, key) => set.mutate({ itemId, body, key }, { onSuccess: done(t('embargo.saidSet')) }) }}
          onLeave={() => setOpen(null)}
        />
      )}
      {canSet && open !== 'set' && (
        <p className="button-line">
          <button type="button" className="quiet-command" onClick={() => setOpen('set')}>
            {t('embargo.set')}
          </button>
        </p>
      )}
      <p className="sr-only" role="status">
        {said}
      </p>
    </>
  );
}

function Timeline({ embargo }: { embargo: Embargo }) {
  const { t } = useTranslation();
  return (
    <ol className="unstyled-list quiet">
      {embargo.timeline.map((one) => (
        <li key={one.at + one.kind}>
          {t(`embargo.event.${one.kind}`)} {dayAndTime(one.at)}, {personAndAuthority(one.by)}
          {one.reviewAt && `. ${t('embargo.reviewed', { when: dayAndTime(one.reviewAt) })}`}
          {one.reason && (
            <>
              : <span lang="da">{one.reason}</span>
            </>
          )}
        </li>
      ))}
    </ol>
  );
}
