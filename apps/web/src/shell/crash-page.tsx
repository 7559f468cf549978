import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';

/** A fault of the frame itself: all that is left is to load the page again. */
export function CrashPage() {
  return (
    <main id="main" className="page" tabIndex={-1}>
      <CrashNotice />
    </main>
  );
}

/** A fault of a page, or a part of it that could not be fetched. */
export function CrashNotice() {
  const { t } = useTranslation();
  const error = useRouteError();
  // After a release the old parts are gone from the server: loading the page again fetches the new ones.
  const stale = error instanceof TypeError && /import|module/i.test(error.message);
  return (
    <div className="narrow" role="alert">
      <h1>{t(stale ? 'crash.staleTitle' : 'crash.title')}</h1>
      <p>{t(stale ? 'crash.staleText' : 'crash.text')}</p>
      <button type="button" className="button button-primary" onClick={() => location.reload()}>
        {t('crash.reload')}
      </button>
    </div>
  );
}
