import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Meeting, Participant, PartStat } from '../api/types.js';
import { Icon, type IconName } from '../shell/icon.js';
import { byAuthority, personAndAuthority } from '../shell/people.js';
import { dateAt, dayBefore, plainDate } from '../dates.js';
import { GuestList } from '../guests/guest-list.js';
import { Invite } from './invite.js';
import { AttendanceNumbers, isTaken, PersonAttendance } from './attendance.js';
import { QuorumLine, ReplyNumbers } from './reply-summary.js';
import './people.css';

const icons: Record<PartStat, IconName> = { needsAction: 'time', accepted: 'check', tentative: 'info', declined: 'close', delegated: 'reply' };

/**
 * Who takes part, what each answered, and whether they are enough.
 *
 * @param invites whether there are ways to invite more; an item of the meeting has its own
 */
export function MeetingPeople({ meeting, invites = true }: { meeting: Meeting; invites?: boolean }) {
  const { t } = useTranslation();
  const names = new Map(meeting.participants.map((one) => [one.membershipId, one.name]));
  return (
    <>
      <QuorumLine quorum={meeting.quorum} />
      {!isTaken(meeting) && <ReplyNumbers replies={meeting.replies} />}
      <AttendanceNumbers meeting={meeting} />
      <dl className="people">
        {byAuthority(meeting.participants, meeting.authorities).map(({ authority, people }) => (
          <div key={authority.id}>
            <dt>{authority.name}</dt>
            {people.map((person) => (
              <dd key={person.membershipId}>
                <Person person={person} standsInFor={names.get(person.standsInForMembershipId ?? '')} />
                <PersonAttendance meeting={meeting} person={person} />
              </dd>
            ))}
          </div>
        ))}
        {meeting.formerParticipants.length > 0 && (
          <div>
            <dt>{t('people.former')}</dt>
            {meeting.formerParticipants.map((person) => (
              <dd key={person.membershipId}>
                <Icon name="warning" /> {personAndAuthority(person)}
              </dd>
            ))}
          </div>
        )}
      </dl>
      {invites && <Invite meeting={meeting} />}
      {(invites || meeting.guests.some((one) => one.itemId === null)) && <GuestList meeting={meeting} itemId={null} />}
    </>
  );
}

function Person({ person, standsInFor }: { person: Participant; standsInFor: string | undefined }) {
  const { t } = useTranslation();
  return (
    <>
      {person.name}
      {person.functionTitle && <span className="quiet"> · {person.functionTitle}</span>}
      {person.window && <span className="quiet"> · {windowWords(t, person.window)}</span>}
      {standsInFor && <span className="quiet"> · {t('people.standsInFor', { name: standsInFor })}</span>}
      {/* Once she is marked, what she had answered matters no more; what she wrote may. */}
      {(person.attendance.length === 0 || person.note) && (
        <span className={`person-reply person-reply-${person.partStat}`}>
          <Icon name={icons[person.partStat]} /> {t(`partStat.${person.partStat}`)}
          {person.note && <span className="person-note"> {t('reply.noteOf', { note: person.note })}</span>}
        </span>
      )}
    </>
  );
}

/** The last day is the one that access still holds on. */
function windowWords(t: TFunction, { from, to }: NonNullable<Participant['window']>): string {
  const first = from ? plainDate(dateAt(new Date(from))) : null;
  const last = to ? plainDate(dayBefore(to)) : null;
  return first && last ? t('window.person', { from: first, to: last }) : first ? t('window.personFrom', { from: first }) : t('window.personTo', { to: last ?? '' });
}
