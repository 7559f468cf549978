import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { queries } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { NotFound } from '../shell/not-found.js';
import { PageHeading } from '../shell/page-heading.js';
import { ByCase } from './by-case.js';
import { ByPerson } from './by-person.js';
import { Entries } from './entries.js';
import { RecordedDisclosures } from './recorded-disclosures.js';
import { Samples } from './samples.js';
import './audit.css';

const parts = ['case', 'person', 'disclosures', 'refusals', 'samples'] as const;

/** “Revision”: who was shown what, for the auditor of an authority. Never what it said. */
export function AuditPage() {
  const { t } = useTranslation();
  const { role, authority } = useSession().acting;
  const [search, setSearch] = useSearchParams();
  if (role !== 'auditor') return <NotFound />;
  const part = parts.find((one) => one === search.get('vis')) ?? 'case';
  return (
    <>
      <PageHeading title={t('audit.title')} />
      <p>{t('audit.intro', { authority: authority.name })}</p>
      <div className="segments audit-parts" role="group" aria-label={t('audit.parts')}>
        {parts.map((one) => (
          <button key={one} type="button" aria-pressed={part === one} onClick={() => setSearch(one === 'case' ? {} : { vis: one }, { replace: true })}>
            {t(`audit.part.${one}`)}
          </button>
        ))}
      </div>
      {part === 'case' && <ByCase />}
      {part === 'person' && <ByPerson />}
      {part === 'disclosures' && <RecordedDisclosures query={queries.auditDisclosures(null)} heading={t('disclosed.heading')} />}
      {part === 'refusals' && <Entries query={queries.auditRefusals()} empty={t('audit.noRefusals')} heading={t('audit.refusals')} />}
      {part === 'samples' && <Samples />}
      <Checkpoint />
    </>
  );
}

function Checkpoint() {
  const { t } = useTranslation();
  const query = useQuery(queries.auditCheckpoint());
  return (
    <Answer query={query} lines={1}>
      {({ checkpoint, check, months }) => (
        <>
          {check?.firstBroken != null && <p role="alert" className="alert alert-error">{t('audit.broken', { at: dayAndTime(check.at), number: check.firstBroken })}</p>}
          <p className="quiet audit-checkpoint">
            {t('audit.kept', { count: months })} {checkpoint && <>{t('audit.checkpoint', { at: dayAndTime(checkpoint.madeAt) })} <code>{checkpoint.hash}</code></>}{' '}
            {check !== null && check.firstBroken === null && t('audit.checked', { at: dayAndTime(check.at) })}
          </p>
        </>
      )}
    </Answer>
  );
}
