import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { DecisionSummary } from '../api/types.js';
import { plainDate } from '../dates.js';
import { personAndAuthority } from '../shell/people.js';
import { Deadline, DecisionBadge } from './state-badge.js';
import './decisions.css';

/** Decisions as a table; on a narrow page each row becomes a card. */
export function DecisionRows({ decisions }: { decisions: readonly DecisionSummary[] }) {
  const { t } = useTranslation();
  return (
    <table className="table table-md-responsive-headers decision-table">
      <thead>
        <tr>
          <th scope="col">{t('decision.text')}</th>
          <th scope="col">{t('decision.authority')}</th>
          <th scope="col">{t('decision.responsible')}</th>
          <th scope="col">{t('decision.deadline')}</th>
          <th scope="col">{t('decision.state')}</th>
        </tr>
      </thead>
      <tbody>
        {decisions.map((decision) => (
          <tr key={decision.id}>
            <th scope="row">
              <Link to={`/beslutninger/${decision.id}`} lang="da">{decision.text}</Link>
              {decision.caseReference && <span className="quiet decision-reference">{decision.caseReference}</span>}
            </th>
            <td data-title={t('decision.authority')}>{decision.decidingAuthority.name}</td>
            <td data-title={t('decision.responsible')}>{personAndAuthority(decision.responsible)}</td>
            <td data-title={t('decision.deadline')}>
              <Deadline deadline={plainDate(decision.deadline)} overdue={decision.overdue} />
            </td>
            <td data-title={t('decision.state')}>
              <DecisionBadge state={decision.state} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
