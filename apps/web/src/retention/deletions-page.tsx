import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AdministrationFrame } from '../administration/administration-frame.js';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import type { PendingDeletion, RetentionState } from '../api/types.js';
import { day, plainDate } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Field } from '../shell/form.js';
import { Icon, type IconName } from '../shell/icon.js';
import { MoreButton } from '../shell/more-button.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import './retention.css';

const looks: Record<RetentionState, { tone: string; icon: IconName }> = {
  planned: { tone: 'badge-plain', icon: 'calendar' },
  announced: { tone: 'badge-warning', icon: 'bell' },
  firstConfirmed: { tone: 'badge-warning', icon: 'time' },
  confirmed: { tone: 'badge-success', icon: 'check' },
  heldBack: { tone: 'badge-warning', icon: 'lock' },
  destroyed: { tone: 'badge-plain', icon: 'sync' },
  completed: { tone: 'badge-plain', icon: 'check' },
};

/** Meetings of the authority on their way to be deleted, for its administrators, who see no content. */
export function DeletionsPage() {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  return (
    <AdministrationFrame>
      <PageHeading title={t('retention.list.title')} />
      <p>{t('retention.list.lead')}</p>
      <div className="admin-search">
        <Field id="deletions-which" label={t('retention.list.which')}>
          {(control) => (
            <select {...control} className="form-select" value={done ? 'done' : 'pending'} onChange={(event) => setDone(event.target.value === 'done')}>
              <option value="pending">{t('retention.list.pending')}</option>
              <option value="done">{t('retention.list.done')}</option>
            </select>
          )}
        </Field>
      </div>
      <Deletions done={done} />
    </AdministrationFrame>
  );
}

function Deletions({ done }: { done: boolean }) {
  const { t } = useTranslation();
  const deletions = useInfiniteQuery(queries.deletions(done));
  const again = () => queryClient.invalidateQueries({ queryKey: ['administration', 'deletions'] });
  const confirm = useMutation({ mutationFn: api.confirmDeletion, onSettled: again });
  const list = deletions.data?.pages.flatMap((page) => page.deletions) ?? [];
  return (
    <>
      {confirm.error && <ProblemNotice error={confirm.error} />}
      <p role="status">{confirm.isSuccess && t('retention.list.saidConfirmed')}</p>
      <Answer query={deletions} lines={8}>
        {() => (
          <>
            {list.length === 0 ? (
              <p className="empty">{t(done ? 'retention.list.noneDone' : 'retention.list.none')}</p>
            ) : (
              <ul className="unstyled-list deletions no-max-width">
                {list.map((one) => (
                  <Row key={one.meetingId} deletion={one} pending={confirm.isPending} onConfirm={() => !confirm.isPending && confirm.mutate({ meetingId: one.meetingId, on: one.dueOn })} />
                ))}
              </ul>
            )}
            <MoreButton query={deletions} />
          </>
        )}
      </Answer>
    </>
  );
}

function Row({ deletion, pending, onConfirm }: { deletion: PendingDeletion; pending: boolean; onConfirm: () => void }) {
  const { t } = useTranslation();
  const { tone, icon } = looks[deletion.state];
  const names = (list: PendingDeletion['authorities']) => list.map(({ name }) => name).join(', ');
  return (
    <li>
      <div className="admin-line">
        <h2 className="h5">
          <span lang="da">{deletion.kindTitle}</span>, {day(deletion.startInstant)}
        </h2>
        <span className={`badge ${tone}`}>
          <Icon name={icon} /> {t(`retention.list.state.${deletion.state}`)}
        </span>
      </div>
      <p>{t(deletion.state === 'completed' || deletion.state === 'destroyed' ? 'retention.list.deletedOn' : 'retention.list.due', { date: plainDate(deletion.dueOn) })}</p>
      <p className="quiet">
        {t('retention.list.approved', { date: plainDate(deletion.approvedOn) })} · <span lang="da">{names(deletion.authorities)}</span>
      </p>
      {deletion.obstacles.length > 0 && (
        <ul>
          {deletion.obstacles.map((what) => (
            <li key={what}>
              {what === 'confirmation'
                ? deletion.firstConfirmedBy === null
                  ? t('retention.list.obstacle.confirmation')
                  : t('retention.list.obstacle.confirmationSecond', { person: deletion.firstConfirmedBy })
                : what === 'unfinished'
                  ? t('retention.list.obstacle.unfinished')
                  : t(`retention.list.obstacle.${what}`, { authorities: names(what === 'filing' ? deletion.unfiled : deletion.holders) })}
            </li>
          ))}
        </ul>
      )}
      {deletion.canConfirm && (
        <p className="button-line">
          <button type="button" className="button button-secondary" aria-disabled={pending} aria-label={t('retention.list.confirmWhich', { kind: deletion.kindTitle, date: day(deletion.startInstant) })} onClick={onConfirm}>
            {t('retention.list.confirm')}
          </button>
        </p>
      )}
    </li>
  );
}
