import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { AttendanceState, Marking, Meeting, Participant } from '../api/types.js';
import { day, dayAndTime, time } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { ProblemNotice } from '../shell/problem-notice.js';

const states = ['present', 'late', 'excused', 'absent'] as const satisfies readonly AttendanceState[];

function useMarking(meetingId: string) {
  return useMutation({
    mutationFn: (entries: Marking[]) => api.markAttendance(meetingId, entries),
    onSuccess: (meeting) => {
      queryClient.setQueryData(queries.meeting(meetingId).queryKey, meeting);
      return queryClient.invalidateQueries({ queryKey: ['meetings'] });
    },
  });
}

export const isTaken = (meeting: Meeting) => meeting.participants.some(({ attendance }) => attendance.length > 0);

/** “3 til stede · 1 med afbud”, once somebody is marked; and the rest in one press for the coordinator. */
export function AttendanceNumbers({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const marking = useMarking(meeting.id);
  const count = (state: AttendanceState | undefined) => meeting.participants.filter(({ attendance }) => attendance[0]?.state === state).length;
  // Who sent somebody else is not expected.
  const rest = meeting.participants.filter(({ attendance, partStat }) => attendance.length === 0 && partStat !== 'delegated');
  return (
    <>
      {isTaken(meeting) && (
        <p className="reply-numbers">
          {[
            ...states.filter((state) => state === 'present' || count(state) > 0).map((state) => t(`attendance.${state}`, { count: count(state) })),
            ...(rest.length > 0 ? [t('attendance.unmarked', { count: rest.length })] : []),
          ].join(' · ')}
        </p>
      )}
      {marking.error && <ProblemNotice error={marking.error} />}
      {meeting.attendanceOpen && meeting.canCoordinate && rest.length > 0 && (
        <p className="button-line">
          <button
            type="button"
            className="button button-secondary"
            aria-disabled={marking.isPending}
            onClick={() => !marking.isPending && marking.mutate(rest.map(({ membershipId }) => ({ membershipId, state: 'present' })))}
          >
            <Icon name="check" /> {t('attendance.restPresent')}
          </button>
        </p>
      )}
    </>
  );
}

/** Whether one participant is there: marked by the coordinator or herself, with every earlier marking beside it. */
export function PersonAttendance({ meeting, person }: { meeting: Meeting; person: Pick<Participant, 'membershipId' | 'name' | 'attendance'> }) {
  const { t } = useTranslation();
  const own = useSession().acting.id === person.membershipId;
  const marking = useMarking(meeting.id);
  const [correcting, setCorrecting] = useState(false);
  const corrector = useRef<HTMLButtonElement>(null);
  // The pressed button goes with the render that shows the marking; focus stays with the person.
  const returnsFocus = useRef(false);
  useEffect(() => {
    if (!returnsFocus.current || corrector.current === null) return;
    returnsFocus.current = false;
    corrector.current.focus();
  });
  const [last, ...earlier] = person.attendance;
  const mayMark = meeting.attendanceOpen && (meeting.canCoordinate || own);
  if (!mayMark && !last) return null;

  const when = (at: string) => (day(at) === day(meeting.startInstant) ? t('attendance.at', { time: time(at) }) : dayAndTime(at));
  const words = ({ state, setBy, at }: Participant['attendance'][number]) => t('attendance.marked', { state: t(`attendanceState.${state}`), name: setBy, when: when(at) });
  const mark = (state: AttendanceState) => {
    if (marking.isPending) return;
    marking.mutate([{ membershipId: person.membershipId, state }], {
      onSuccess: () => {
        setCorrecting(false);
        returnsFocus.current = true;
      },
    });
  };
  // Buttons and no select: walking through a select by arrow keys would mark, and keep, every state on the way.
  const asks = mayMark && (!last || correcting);
  return (
    <div className="person-attendance">
      {last && (
        <p>
          <Icon name={last.state === 'present' || last.state === 'late' ? 'check' : 'close'} /> {words(last)}{' '}
          {mayMark && !correcting && (
            <button ref={corrector} type="button" className="link-button" aria-label={t('attendance.correctOf', { name: person.name })} onClick={() => setCorrecting(true)}>
              {t('attendance.correct')}
            </button>
          )}
        </p>
      )}
      {asks && (
        <div className="segments attendance-buttons" role="group" aria-label={t('attendance.of', { name: person.name })}>
          {states.map((state) => (
            <button key={state} type="button" autoFocus={correcting && state === last?.state} aria-pressed={(marking.isPending ? marking.variables[0]?.state : last?.state) === state} onClick={() => mark(state)}>
              {t(`attendanceState.${state}`)}
            </button>
          ))}
        </div>
      )}
      {marking.error && <ProblemNotice error={marking.error} />}
      {earlier.length > 0 && <p className="quiet">{t('attendance.before', { markings: earlier.map(words).join('; ') })}</p>}
    </div>
  );
}
