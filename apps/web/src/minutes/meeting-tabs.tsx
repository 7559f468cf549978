import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import './minutes.css';

/** The two ways to look at a meeting: its agenda, and its minutes as a whole. */
export function MeetingTabs({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation();
  return (
    <nav className="meeting-tabs" aria-label={t('minutes.views')}>
      <NavLink to={`/moeder/${meetingId}`} end>
        {t('agenda.heading')}
      </NavLink>
      <NavLink to={`/moeder/${meetingId}/referat`}>{t('minutes.heading')}</NavLink>
    </nav>
  );
}
