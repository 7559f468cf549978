import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { api } from '../api/client.js';
import { queryClient } from '../api/queries.js';
import { reachability } from '../api/reachable.js';
import { unsavedDocuments } from '../collab/unsaved.js';
import { Icon } from './icon.js';

const askEveryMs = 5_000;
/** A save that is under way when one leaves a page takes milliseconds and is not worth a word. */
const unsavedPatienceMs = 2_000;

/** Says that the server does not answer, keeps asking, and fetches everything again when it does. */
export function ReachableBanner() {
  const { t } = useTranslation();
  const reachable = useSyncExternalStore(reachability.subscribe, reachability.get);
  useEffect(() => {
    if (reachable) return;
    const timer = setInterval(() => {
      api.configuration().then(
        () => void queryClient.invalidateQueries(),
        () => {
          // Still away; the next tick asks again.
        },
      );
    }, askEveryMs);
    return () => clearInterval(timer);
  }, [reachable]);
  return (
    <div role="status" className="banner-place">
      {!reachable && (
        <p className="banner">
          <Icon name="warning" /> {t('shell.unreachable')}
        </p>
      )}
    </div>
  );
}

/** Tells on every other page that an item still holds text that was not stored. */
export function UnsavedBanner() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const documents = useSyncExternalStore(unsavedDocuments.subscribe, unsavedDocuments.get);
  const elsewhere = documents.filter(({ path }) => path !== pathname);
  const any = elsewhere.length > 0;
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    setPatient(true);
    if (!any) return;
    const timer = setTimeout(() => setPatient(false), unsavedPatienceMs);
    return () => clearTimeout(timer);
  }, [any]);
  return (
    <div role="status" className="banner-place">
      {!patient && elsewhere.map(({ documentId, path }) => (
        <p key={documentId} className="banner">
          <Icon name="warning" /> {t('shell.unsavedElsewhere')} <Link to={path}>{t('shell.unsavedLink')}</Link>
        </p>
      ))}
    </div>
  );
}
