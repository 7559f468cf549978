import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import { plainDate } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { personAndAuthority } from '../shell/people.js';
import { Deadline, DecisionBadge } from './state-badge.js';
import './decisions.css';

/** What has been decided under one item. */
export function ItemDecisions({ itemId }: { itemId: string }) {
  const { t } = useTranslation();
  const decisions = useQuery(queries.itemDecisions(itemId));
  return (
    <Answer query={decisions} lines={2}>
      {({ decisions: list }) =>
        list.length === 0 ? (
          <p className="quiet">{t('decision.noneInItem')}</p>
        ) : (
          <ul className="unstyled-list item-decisions">
            {list.map((decision) => (
              <li key={decision.id}>
                <Link to={`/beslutninger/${decision.id}`} lang="da">{decision.text}</Link>
                <p>{t('decision.decides', { authority: decision.decidingAuthority.name })}</p>
                <p>{t('decision.doneBy', { person: personAndAuthority(decision.responsible) })}</p>
                <p>
                  <Deadline deadline={t('decision.by', { date: plainDate(decision.deadline) })} overdue={decision.overdue} />
                </p>
                <DecisionBadge state={decision.state} />
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}
