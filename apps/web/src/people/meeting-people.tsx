import { useTranslation } from 'react-i18next';
import type { Meeting, Participant, PartStat } from '../api/types.js';
import { Icon, type IconName } from '../shell/icon.js';
import { byAuthority } from '../shell/people.js';
import { AttendanceNumbers, isTaken, PersonAttendance } from './attendance.js';
import { QuorumLine, ReplyNumbers } from './reply-summary.js';
import './people.css';

const icons: Record<PartStat, IconName> = { needsAction: 'time', accepted: 'check', tentative: 'info', declined: 'close', delegated: 'reply' };

/** Who takes part, what each answered, and whether they are enough. */
export function MeetingPeople({ meeting }: { meeting: Meeting }) {
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
      </dl>
    </>
  );
}

function Person({ person, standsInFor }: { person: Participant; standsInFor: string | undefined }) {
  const { t } = useTranslation();
  return (
    <>
      {person.name}
      {person.functionTitle && <span className="quiet"> · {person.functionTitle}</span>}
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
