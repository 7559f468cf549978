import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, MeetingMail as Mail } from '../api/types.js';
import { dayAndTime, fullSpan } from '../dates.js';
import { personAndAuthority } from '../shell/people.js';
import { ProblemNotice } from '../shell/problem-notice.js';

type Proposal = Mail['proposals'][number];

/** For coordinators: other times that were proposed by mail, whom no mail reached, and what came in and was not taken in. Nothing where there is nothing. */
export function MeetingMail({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const isAhead = ['draft', 'proposed', 'confirmed'].includes(meeting.state) && Date.parse(meeting.endInstant) > Date.now();
  const query = useQuery({ ...queries.meetingMail(meeting.id), enabled: meeting.canCoordinate && isAhead });
  const [told, setTold] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  // What was pressed goes with its line; whoever walks by keyboard goes on from here.
  const onDone = (words: string) => () => {
    setTold(words);
    heading.current?.focus();
    void queryClient.invalidateQueries({ queryKey: queries.meetingMail(meeting.id).queryKey });
  };
  const settle = useMutation({
    mutationFn: ({ id, how }: { id: string; how: 'declined' | 'seen' }) => api.settleMail(meeting.id, id, how),
    onSuccess: (_, { how }) => onDone(t(`meetingMail.done.${how}`))(),
  });
  const move = useMutation({
    mutationFn: ({ start, end }: Proposal) => api.changeMeeting(meeting.id, meeting.version, { kind: 'move', body: { startLocal: localOf(start), durationMinutes: Math.round((Date.parse(end) - Date.parse(start)) / 60_000), reason: null } }),
    onSuccess: (updated) => {
      queryClient.setQueryData(queries.meeting(meeting.id).queryKey, updated);
      void queryClient.invalidateQueries({ queryKey: ['meetings'] });
      void queryClient.invalidateQueries({ queryKey: ['meeting', meeting.id, 'changes'] });
      onDone(t('meetingMail.done.moved'))();
    },
  });
  const mail = query.data;
  if (!isAhead || !meeting.canCoordinate || mail === undefined) return null;
  const isEmpty = mail.proposals.length + mail.undelivered.length + mail.refused.length === 0;
  if (isEmpty && told === '') return null;
  const isBusy = settle.isPending || move.isPending;
  const error = settle.error ?? move.error;
  const begin = <T,>(one: { mutate: (what: T) => void }, other: { reset: () => void }, what: T) => {
    if (isBusy) return;
    other.reset();
    setTold('');
    one.mutate(what);
  };
  return (
    <section className="alert alert-info meeting-notice" aria-labelledby="meeting-mail-heading">
      <h2 id="meeting-mail-heading" className="alert-heading" ref={heading} tabIndex={-1}>
        {t('meetingMail.title')}
      </h2>
      {error && <ProblemNotice error={error} />}
      <p role="status">{told}</p>
      {mail.proposals.length > 0 && (
        <ul className="alert-text">
          {mail.proposals.map((one) => (
            <li key={one.id}>
              {t('meetingMail.proposes', { who: personAndAuthority(one.member), time: fullSpan(one.start, one.end) })}
              <p className="button-line">
                <button type="button" className="button button-secondary" aria-disabled={isBusy} onClick={() => begin(move, settle, one)}>
                  {t('meetingMail.moveThere')} <span className="sr-only">{fullSpan(one.start, one.end)}</span>
                </button>
                <button type="button" className="button button-secondary" aria-disabled={isBusy} onClick={() => begin(settle, move, { id: one.id, how: 'declined' as const })}>
                  {t('meetingMail.decline')} <span className="sr-only">{personAndAuthority(one.member)}</span>
                </button>
              </p>
            </li>
          ))}
        </ul>
      )}
      {mail.undelivered.length > 0 && (
        <ul className="alert-text">
          {mail.undelivered.map(({ member, state }) => (
            <li key={member.id}>{t(state === 'waiting' ? 'meetingMail.waits' : 'meetingMail.undelivered', { who: personAndAuthority(member) })}</li>
          ))}
        </ul>
      )}
      {mail.refused.length > 0 && (
        <ul className="alert-text">
          {mail.refused.map(({ id, member, outcome, at }) => (
            <li key={id}>
              {t('meetingMail.received', { time: dayAndTime(at), who: member === null ? t('meetingMail.somebody') : personAndAuthority(member) })} {t(`meetingMail.outcome.${outcome}`)}{' '}
              <button type="button" className="quiet-command" aria-disabled={isBusy} onClick={() => begin(settle, move, { id, how: 'seen' as const })}>
                {t('meetingMail.seen')} <span className="sr-only">{dayAndTime(at)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Wall time of Denmark, `2026-12-07T13:00`. */
function localOf(instant: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen', dateStyle: 'short', timeStyle: 'short' }).format(new Date(instant)).replace(' ', 'T');
}
