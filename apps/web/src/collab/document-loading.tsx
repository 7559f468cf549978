import { useTranslation } from 'react-i18next';
import { Loading } from '../shell/loading.js';
import './document-loading.css';

/** As high as title and two empty fields, so that the commands below stay where they are when the words come. */
export function DocumentLoading() {
  const { t } = useTranslation();
  return (
    <div className="document-loading">
      <Loading lines={8} label={t('item.loadingText')} />
    </div>
  );
}
