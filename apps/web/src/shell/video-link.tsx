import { useTranslation } from 'react-i18next';
import { Icon } from './icon.js';

/** Says where the link leads: a person should not follow one into an unknown service. */
export function VideoLink({ href }: { href: string }) {
  const { t } = useTranslation();
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className="video-link">
      <Icon name="video" /> {t('meeting.video', { host: new URL(href).hostname })}
    </a>
  );
}
