import { EmbargoMark } from '../embargo/embargo-banner.js';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { DecisionSummary } from '../api/types.js';
import { plainDate } from '../dates.js';
import { Choice } from '../shell/form.js';
import { personAndAuthority } from '../shell/people.js';
import type { Choosing } from './confirm-many.js';
import { Deadline, DecisionBadge } from './state-badge.js';
import './decisions.css';

interface RowsProps {
  decisions: readonly DecisionSummary[];
  /** Lets a leader mark those that she may confirm. */
  choosing?: Choosing | undefined;
}

/** Decisions as a table; on a narrow page each row becomes a card. */
export function DecisionRows({ decisions, choosing }: RowsProps) {
  const { t } = useTranslation();
  return (
    <table className="table table-md-responsive-headers decision-table">
      <thead>
        <tr>
          {choosing && (
            <th scope="col" className="decision-choice">
              <span className="sr-only">{t('confirmMany.column')}</span>
            </th>
          )}
          <th scope="col">{t('decision.text')}</th>
          <th scope="col">{t('decision.authority')}</th>
          <th scope="col">{t('decision.responsible')}</th>
          <th scope="col">{t('decision.deadline')}</th>
          <th scope="col">{t('decision.state')}</th>
        </tr>
      </thead>
      <tbody>
        {decisions.map((decision) => (
          <Row key={decision.id} decision={decision} isChosen={choosing?.chosen.has(decision.id)} toggle={choosing?.toggle} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  decision: DecisionSummary;
  isChosen: boolean | undefined;
  toggle: Choosing['toggle'] | undefined;
}

// Marking one of several hundred rows draws that one anew.
const Row = memo(function Row({ decision, isChosen, toggle }: RowProps) {
  const { t } = useTranslation();
  return (
    <tr>
      {toggle && (
        <td className="decision-choice">
          {decision.canReview && (
            <Choice id={`choose-${decision.id}`} type="checkbox" checked={isChosen ?? false} onChange={() => toggle(decision)}>
              <span className="sr-only">{t('confirmMany.choose', { text: decision.text })}</span>
            </Choice>
          )}
        </td>
      )}
      <th scope="row">
        <Link to={`/beslutninger/${decision.id}`} lang="da">{decision.text}</Link>
        {decision.caseReference && <span className="quiet decision-reference">{decision.caseReference}</span>}
        <EmbargoMark embargoes={decision.embargoes} />
      </th>
      <td data-title={t('decision.authority')}>{decision.decidingAuthority.name}</td>
      <td data-title={t('decision.responsible')}>{personAndAuthority(decision.responsible)}</td>
      <td data-title={t('decision.deadline')}>
        <Deadline deadline={plainDate(decision.deadline)} overdue={decision.overdue} />
      </td>
      <td data-title={t('decision.state')}>
        <DecisionBadge state={decision.state} />
        {decision.escalatedTo && <span className="quiet decision-reference">{t('decision.escalatedTo', { person: decision.escalatedTo.name })}</span>}
      </td>
    </tr>
  );
});
