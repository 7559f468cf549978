import { useMutation } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.js';
import { queryClient } from '../api/queries.js';
import type { ConfirmResult, DecisionSummary } from '../api/types.js';
import { Icon } from '../shell/icon.js';
import { ProblemNotice } from '../shell/problem-notice.js';

const most = 50;

/** The decisions that a leader has marked in a list, by id with the version she saw. */
export interface Choosing {
  chosen: ReadonlyMap<string, DecisionSummary>;
  toggle: (decision: DecisionSummary) => void;
}

/** Confirms what is marked, and tells for each decision what became of it. */
export function useConfirmMany(decisions: readonly DecisionSummary[]) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, DecisionSummary>>(new Map());
  const confirm = useMutation({
    mutationFn: () => api.confirmDecisions([...chosen.values()].map(({ id, version }) => ({ id, version }))),
    onSuccess: () => {
      setChosen(new Map());
      void queryClient.invalidateQueries({ queryKey: ['decisions'] });
      void queryClient.invalidateQueries({ queryKey: ['decision'] });
      void queryClient.invalidateQueries({ queryKey: ['insight'] });
    },
  });
  // What was asked stays named after the list has moved on.
  const [asked, setAsked] = useState<ReadonlyMap<string, DecisionSummary>>(new Map());
  // The same function for good: a row whose mark has not changed need not be drawn anew.
  const toggle = useCallback(
    (decision: DecisionSummary) =>
      setChosen((before) => {
        const next = new Map(before);
        if (!next.delete(decision.id)) next.set(decision.id, decision);
        return next;
      }),
    [],
  );
  // A returned one may be confirmed too, but it is nobody's turn to: it is marked by itself, never with all the others.
  const open = decisions.filter((one) => one.canReview && one.state !== 'returned');
  return {
    choosing: { chosen, toggle } satisfies Choosing,
    isPossible: decisions.some((one) => one.canReview),
    bar: (
      <Bar
        chosen={chosen.size}
        open={open.length}
        isPending={confirm.isPending}
        onAll={() => setChosen(new Map(open.slice(0, most).map((one) => [one.id, one])))}
        onClear={() => setChosen(new Map())}
        onConfirm={() => {
          setAsked(chosen);
          confirm.mutate();
        }}
      />
    ),
    outcome: (
      <>
        {confirm.error && <ProblemNotice error={confirm.error} />}
        <div role="status">{confirm.data && <Results results={confirm.data.results} asked={asked} />}</div>
      </>
    ),
  };
}

interface BarProps {
  chosen: number;
  open: number;
  isPending: boolean;
  onAll: () => void;
  onClear: () => void;
  onConfirm: () => void;
}

function Bar({ chosen, open, isPending, onAll, onClear, onConfirm }: BarProps) {
  const { t } = useTranslation();
  return (
    <p className="button-line confirm-many">
      {chosen > 0 && chosen <= most && (
        <button type="button" className="button button-primary" aria-disabled={isPending} onClick={() => !isPending && onConfirm()}>
          <Icon name="check" /> {t('confirmMany.confirm', { count: chosen })}
        </button>
      )}
      {chosen > most && <span>{t('confirmMany.most', { count: most })}</span>}
      {chosen < Math.min(open, most) && (
        <button type="button" className="link-button" onClick={onAll}>
          {t('confirmMany.all')}
        </button>
      )}
      {chosen > 0 && (
        <button type="button" className="link-button" onClick={onClear}>
          {t('confirmMany.clear')}
        </button>
      )}
    </p>
  );
}

function Results({ results, asked }: { results: readonly ConfirmResult[]; asked: ReadonlyMap<string, DecisionSummary> }) {
  const { t } = useTranslation();
  const failed = results.filter((one) => !one.confirmed);
  const confirmed = results.length - failed.length;
  return (
    <div className={failed.length > 0 ? 'alert alert-warning' : 'alert alert-success'}>
      {confirmed > 0 && <p className="alert-text">{t('confirmMany.done', { count: confirmed })}</p>}
      {failed.length > 0 && (
        <>
          <p className="alert-text">{t('confirmMany.failed', { count: failed.length })}</p>
          <ul>
            {failed.map(({ id, reason }) => (
              <li key={id}>
                <Link to={`/beslutninger/${id}`}>{asked.get(id)?.text ?? id}</Link>: {reason}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
