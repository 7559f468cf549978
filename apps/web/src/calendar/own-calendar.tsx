import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import type { OwnCalendar as Connected } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { ConnectCalendar } from './connect-calendar.js';

/** “Min kalender”: one's own calendar, from which Samråd takes when one is busy, and nothing else. */
export function OwnCalendar() {
  const { t } = useTranslation();
  const found = useQuery(queries.ownCalendar());
  const [isConnecting, setConnecting] = useState(false);
  const [told, setTold] = useState('');
  // What was pressed goes away with what it did; whoever walks by keyboard goes on from here.
  const heading = useRef<HTMLHeadingElement>(null);
  const takeFocusBack = useFocusBack(() => heading.current);
  const settle = () => queryClient.invalidateQueries({ queryKey: queries.ownCalendar().queryKey });
  const refresh = useMutation({
    mutationFn: api.refreshOwnCalendar,
    onSuccess: ({ calendar }) => setTold(calendar === null || calendar.fault !== null ? '' : t('ownCalendar.refreshed')),
    onSettled: settle,
  });
  const disconnect = useMutation({
    mutationFn: api.disconnectOwnCalendar,
    onSuccess: () => {
      setConnecting(false);
      setTold(t('ownCalendar.disconnected'));
      heading.current?.focus();
    },
    onSettled: settle,
  });
  const isBusy = refresh.isPending || disconnect.isPending;
  const begin = (one: { mutate: () => void }, other: { reset: () => void }) => {
    if (isBusy) return;
    setTold('');
    other.reset();
    one.mutate();
  };
  const close = () => {
    takeFocusBack();
    setConnecting(false);
  };
  const connected = () => {
    setTold(t('ownCalendar.connected'));
    close();
    void settle();
  };
  const error = refresh.error ?? disconnect.error;
  return (
    <section aria-labelledby="own-calendar-heading">
      <h2 id="own-calendar-heading" className="h3" ref={heading} tabIndex={-1}>
        {t('ownCalendar.title')}
      </h2>
      <p>{t('ownCalendar.lead')}</p>
      <p>
        <Icon name="lock" /> {t('ownCalendar.kept')}
      </p>
      {error && <ProblemNotice error={error} />}
      <p role="status">{told}</p>
      <Answer query={found} lines={3}>
        {({ calendar }) => (
          <>
            {calendar === null ? (
              <p>
                <Icon name="info" /> {t('ownCalendar.none')}
              </p>
            ) : (
              <State calendar={calendar} />
            )}
            {isConnecting ? (
              <ConnectCalendar onConnected={connected} onCancel={close} />
            ) : (
              <p className="button-line">
                {calendar !== null && calendar.source !== 'file' && (
                  <button type="button" className="button button-secondary" aria-disabled={isBusy} onClick={() => begin(refresh, disconnect)}>
                    {refresh.isPending ? t('ownCalendar.refreshing') : t('ownCalendar.refresh')}
                  </button>
                )}
                <button type="button" className="button button-secondary" onClick={() => setConnecting(true)}>
                  {calendar === null ? t('ownCalendar.connect') : t('ownCalendar.connectOther')}
                </button>
                {calendar !== null && (
                  <button type="button" className="button button-secondary" aria-disabled={isBusy} onClick={() => begin(disconnect, refresh)}>
                    {t('ownCalendar.disconnect')}
                  </button>
                )}
              </p>
            )}
          </>
        )}
      </Answer>
    </section>
  );
}

/** What is known by it, when it was read, and why not. */
function State({ calendar }: { calendar: Connected }) {
  const { t } = useTranslation();
  return (
    <>
      <p>
        <Icon name={calendar.isKnown ? 'check' : 'warning'} /> <strong>{t(calendar.isKnown ? 'ownCalendar.known' : 'ownCalendar.unknown')}</strong>
      </p>
      <p>
        {t(`ownCalendar.source.${calendar.source}`, { time: dayAndTime(calendar.connectedAt) })} {calendar.readAt !== null && t('ownCalendar.read', { time: dayAndTime(calendar.readAt) })}{' '}
        {calendar.isKnown && calendar.knownUntil !== null && t(calendar.source === 'file' ? 'ownCalendar.fileUntil' : 'ownCalendar.until', { time: dayAndTime(calendar.knownUntil) })}
      </p>
      {calendar.fault !== null && (
        <div className="alert alert-warning">
          <p className="alert-heading">{t('ownCalendar.failed', { time: dayAndTime(calendar.triedAt) })}</p>
          <p className="alert-text">
            {calendar.fault} {calendar.isKnown ? t('ownCalendar.stays') : t('ownCalendar.tooOld')}
          </p>
        </div>
      )}
      {calendar.unread > 0 && (
        <p>
          <Icon name="info" /> {t('ownCalendar.unread', { count: calendar.unread })}
        </p>
      )}
    </>
  );
}
