import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../shell/icon.js';
import type { SamraadProvider } from './provider.js';
import type { SaveStatus } from './save-state.js';

const icons: Partial<Record<SaveStatus, IconName>> = {
  loading: 'time',
  saved: 'check',
  saving: 'sync',
  frozen: 'lock',
};

const calm: readonly SaveStatus[] = ['loading', 'saved', 'saving', 'frozen'];

/** What is true about the text right now, in words. Spoken only when it turns bad, and when it is good again. */
export function SaveStatusLine({ provider, status }: { provider: SamraadProvider; status: SaveStatus }) {
  const { t } = useTranslation();
  const locked = useSyncExternalStore(provider.subscribe, provider.isLocked);
  const [spoken, setSpoken] = useState('');
  const wasBad = useRef(false);
  useEffect(() => {
    const bad = !calm.includes(status);
    if (bad) setSpoken(t(`save.${status}`));
    else if (wasBad.current && status === 'saved') setSpoken(t('save.savedAgain'));
    if (bad || status === 'saved') wasBad.current = bad;
  }, [status, t]);

  return (
    <>
      <p className={calm.includes(status) ? 'save-status' : 'save-status save-status-bad'} data-status={status}>
        <Icon name={icons[status] ?? 'warning'} /> {t(`save.${status}`)}
      </p>
      {locked && (
        <p className="save-status">
          <Icon name="lock" /> {t('save.locked')}
        </p>
      )}
      <p className="sr-only" role="status">
        {spoken}
      </p>
    </>
  );
}
