import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queries } from '../api/queries.js';
import { Answer } from '../shell/answer.js';
import { Choice } from '../shell/form.js';
import { Icon } from '../shell/icon.js';

interface ConsequencesProps {
  personId: string;
  membershipId: string | null;
  /** The last day; null: at once. */
  until: string | null;
  /** Whether the administrator has said that it is her own role. */
  alsoMyself: boolean;
  onAlsoMyself: (yes: boolean) => void;
}

/** What a change will end, before it is done. */
export function Consequences({ personId, membershipId, until, alsoMyself, onAlsoMyself }: ConsequencesProps) {
  const { t } = useTranslation();
  const answer = useQuery(queries.consequences(personId, membershipId, until));
  return (
    <div className="alert alert-warning" role="status">
      <p className="alert-heading">{t('administration.willHappen')}</p>
      <Answer query={answer} lines={2}>
        {(said) => {
          const counts = (['meetings', 'meetingsWithoutCoordinator', 'asSubstitute', 'followUps', 'decisions'] as const).filter((key) => said[key] > 0);
          return (
            <>
              <ul className="alert-text">
                {said.signedIn && until === null && <li>{t('administration.willSignOut')}</li>}
                {counts.map((key) => (
                  <li key={key}>{t(`administration.will.${key}`, { count: said[key] })}</li>
                ))}
                <li>{t(counts.length === 0 ? 'administration.willNothing' : 'administration.willStay')}</li>
              </ul>
              {said.lastAdministrator && (
                <p className="alert-text">
                  <Icon name="warning" /> {t('administration.lastAdministrator')}
                </p>
              )}
              {said.ownRole && !said.lastAdministrator && (
                <Choice id={`also-myself-${membershipId ?? personId}`} type="checkbox" checked={alsoMyself} onChange={onAlsoMyself}>
                  {t('administration.alsoMyself')}
                </Choice>
              )}
            </>
          );
        }}
      </Answer>
    </div>
  );
}
