import { useTranslation } from 'react-i18next';
import { MeetingPeople } from '../people/meeting-people.js';
import { OwnReply } from '../people/own-reply.js';
import { CarriedFollowUps } from '../follow-ups/follow-up-list.js';
import { AddItem } from './add-item.js';
import { AgendaList } from './agenda-list.js';
import { AgendaSteps } from './agenda-steps.js';
import { Carry } from './carry.js';
import { ItemProposals } from './item-proposals.js';
import { Withdrawn } from './item-state.js';
import { useMeeting } from './meeting-page.js';

export function AgendaOverview() {
  const { t } = useTranslation();
  const meeting = useMeeting();
  const mayCarry = meeting.canCoordinate && meeting.seriesId !== null && meeting.minutesState === 'draft' && ['inSession', 'closed'].includes(meeting.agendaState);
  return (
    <>
      <OwnReply meeting={meeting} />
      <div className="two-columns">
        <section aria-labelledby="agenda-overview-heading">
          <h2 id="agenda-overview-heading" className="h3">
            {t('agenda.heading')}
          </h2>
          <AgendaSteps meeting={meeting} />
          <CarriedFollowUps meetingId={meeting.id} />
          {meeting.outline.length === 0 && <p className="empty">{t(meeting.canCoordinate ? 'agenda.emptyCoordinator' : 'agenda.empty')}</p>}
          <AgendaList meeting={meeting} />
          {meeting.canCoordinate && meeting.agendaState !== 'closed' && meeting.state !== 'cancelled' && <AddItem meeting={meeting} />}
          <ItemProposals meeting={meeting} />
          {mayCarry && <Carry meeting={meeting} />}
          <Withdrawn meeting={meeting} />
        </section>
        <section aria-labelledby="participants-heading">
          <h2 id="participants-heading" className="h3">
            {t('meeting.participants')}
          </h2>
          <MeetingPeople meeting={meeting} />
        </section>
      </div>
    </>
  );
}
