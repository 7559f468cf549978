import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import type { Meeting } from '../api/types.js';
import { timeSpan } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { ClosedText, entryKey } from './agenda-entry.js';

/** The agenda beside the chosen item. */
export function Outline({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  return (
    <nav className="outline" aria-label={t('agenda.heading')}>
      <ol className="unstyled-list no-max-width">
        {meeting.outline.map((entry) => (
          <li key={entryKey(entry)} className={entry.parentId === null ? undefined : 'outline-child'}>
            {entry.closed ? (
              <ClosedText entry={entry} />
            ) : (
              <NavLink to={`/moeder/${meeting.id}/punkt/${entry.item.id}`}>
                <span className="outline-number">
                  {entry.number ?? '–'}
                  {entry.number && entry.parentId === null && '.'}
                </span>
                <span>
                  {entry.item.title ? <span lang="da">{entry.item.title}</span> : t('item.untitled')}
                  <span className="outline-time">
                    {entry.number ? timeSpan(entry.startInstant, entry.endInstant) : t('itemState.omitted')}
                    {entry.item.state === 'done' && ` · ${t('itemState.done')}`}
                    {entry.item.audience.kind === 'restricted' && (
                      <>
                        {' '}
                        <Icon name="lock" /> {t('agenda.restrictedShort')}
                      </>
                    )}
                  </span>
                </span>
              </NavLink>
            )}
          </li>
        ))}
      </ol>
      <NavLink to={`/moeder/${meeting.id}`} end className="outline-all">
        {t('agenda.all')}
      </NavLink>
    </nav>
  );
}
