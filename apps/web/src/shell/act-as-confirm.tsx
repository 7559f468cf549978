import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { identityOf } from '../api/session.js';
import type { Session } from '../api/types.js';
import { unsavedDocuments } from '../collab/unsaved.js';

/** “Eksempelby Kommune, koordinator” */
export const membershipLabel = ({ authority, functionTitle }: Session['memberships'][number]) => (functionTitle ? `${authority.name}, ${functionTitle}` : authority.name);

interface ActAsConfirmProps {
  session: Session;
  /** The membership that was chosen. */
  wanted: string;
  onYes: () => void;
  onNo: () => void;
}

/** Asked before she acts for another authority while text of hers is not stored; it may be stored while she reads this. */
export function ActAsConfirm({ session, wanted, onYes, onNo }: ActAsConfirmProps) {
  const { t } = useTranslation();
  const documents = useSyncExternalStore(unsavedDocuments.subscribe, unsavedDocuments.get);
  const identity = identityOf(session.person, { id: wanted });
  const isLost = documents.some((document) => document.identity !== identity);
  const membership = session.memberships.find(({ id }) => id === wanted);
  const who = membership === undefined ? '' : membershipLabel(membership);
  return (
    <div className="banner">
      <p role="alert">{t(isLost ? 'shell.unsavedActAs' : 'shell.savedActAs', { who })}</p>
      <p className="button-line">
        <button type="button" className="button button-secondary" autoFocus onClick={onNo}>
          {t('shell.stay')}
        </button>
        <button type="button" className="button button-secondary" onClick={onYes}>
          {t(isLost ? 'shell.actAsAndDiscard' : 'shell.actAsNow')}
        </button>
      </p>
    </div>
  );
}
