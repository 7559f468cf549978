import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import type { Guest, GuestKeys, GuestState, Meeting } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { PersonAttendance } from '../people/attendance.js';
import { Icon, type IconName } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { GuestKeysPanel } from './guest-keys.js';
import { GuestForm, InviteGuest } from './invite-guest.js';
import './guests.css';

const icons: Record<GuestState, IconName> = { invited: 'time', opened: 'check', locked: 'lock', expired: 'time', revoked: 'close' };

/**
 * The guests of a meeting, or of one item of it, with what became of their links; and the way to invite one more.
 *
 * @param itemId null: those of the meeting
 */
export function GuestList({ meeting, itemId }: { meeting: Meeting; itemId: string | null }) {
  const { t } = useTranslation();
  const guests = meeting.guests.filter((one) => one.itemId === itemId);
  /** Of somebody invited anew: her former line goes when the new one comes. */
  const [anew, setAnew] = useState<GuestKeys | null>(null);
  if (guests.length === 0 && !meeting.canCoordinate) return null;
  return (
    <section className="guest-list" aria-label={t('guest.heading')}>
      {guests.length > 0 && <h3 className="h4">{t('guest.heading')}</h3>}
      <ul className="unstyled-list">
        {guests.map((guest) => (
          <li key={guest.membershipId}>
            <GuestLine meeting={meeting} guest={guest} onMoved={setAnew} />
          </li>
        ))}
      </ul>
      {anew && <GuestKeysPanel meeting={meeting} keys={anew} onClose={() => setAnew(null)} />}
      <InviteGuest meeting={meeting} itemId={itemId} />
    </section>
  );
}

function GuestLine({ meeting, guest, onMoved }: { meeting: Meeting; guest: Guest; onMoved: (keys: GuestKeys) => void }) {
  const { t } = useTranslation();
  const [keys, setKeys] = useState<GuestKeys | null>(null);
  const [anew, setAnew] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack(() => opener.current);
  const renew = useMutation({
    mutationFn: () => api.renewGuest(guest.membershipId),
    onSuccess: (made) => {
      setKeys(made);
      void queryClient.invalidateQueries({ queryKey: queries.meeting(meeting.id).queryKey });
    },
  });
  const revoke = useMutation({ mutationFn: () => api.revokeGuest(guest.membershipId), onSuccess: (updated) => queryClient.setQueryData(queries.meeting(meeting.id).queryKey, updated) });
  const error = renew.error ?? revoke.error;
  const isOutside = guest.cover !== null && guest.cover !== 'whole';
  const living = guest.state !== 'expired' && guest.state !== 'revoked';
  return (
    <>
      <p>
        {t('guest.named', { name: guest.name, organisation: guest.organisation })}
        <span className="quiet"> · {t(`guest.purposeOf.${guest.purpose}`)}</span>
        {guest.mayWrite && <span className="quiet"> · {t('guest.writes')}</span>}
      </p>
      {guest.state && (
        <p className="quiet">
          <Icon name={icons[guest.state]} /> {t(`guest.state.${guest.state}`)}
          {living && ` · ${t('guest.until', { time: dayAndTime(guest.to) })}`}
        </p>
      )}
      {guest.cover !== null && guest.cover !== 'whole' && (
        <p>
          <Icon name="warning" /> {t(`guest.cover.${guest.cover}`, { from: dayAndTime(guest.from), to: dayAndTime(guest.to) })}
        </p>
      )}
      {living && <PersonAttendance meeting={meeting} person={guest} />}
      {error && <ProblemNotice error={error} />}
      {keys ? (
        <GuestKeysPanel meeting={meeting} keys={keys} onClose={() => setKeys(null)} />
      ) : anew ? (
        <GuestForm
          meeting={meeting}
          itemId={guest.itemId}
          former={guest}
          onDone={(made) => {
            setAnew(false);
            onMoved(made);
          }}
          onClose={() => {
            focusBack();
            setAnew(false);
          }}
        />
      ) : (
        guest.canManage &&
        (living || isOutside) && (
          <p className="guest-commands">
            {isOutside && (
              <button ref={opener} type="button" className="quiet-command" aria-label={t('guest.anewOf', { name: guest.name })} onClick={() => setAnew(true)}>
                <Icon name="time" /> {t('guest.anew')}
              </button>
            )}
            {living && (
              <>
                <button type="button" className="quiet-command" aria-disabled={renew.isPending} aria-label={t('guest.renewOf', { name: guest.name })} onClick={() => !renew.isPending && renew.mutate()}>
                  {t('guest.renew')}
                </button>
                <button type="button" className="quiet-command" aria-disabled={revoke.isPending} aria-label={t('guest.revokeOf', { name: guest.name })} onClick={() => !revoke.isPending && revoke.mutate()}>
                  <Icon name="lock" /> {t('guest.revoke')}
                </button>
              </>
            )}
          </p>
        )
      )}
    </>
  );
}
