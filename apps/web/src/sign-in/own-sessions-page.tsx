import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import type { OwnSession } from '../api/types.js';
import { useSession } from '../api/session.js';
import { MailChoice } from '../calendar/mail-choice.js';
import { OwnCalendar } from '../calendar/own-calendar.js';
import { OwnFeed } from '../calendar/own-feed.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';

/** “Mine sessioner”: where I am signed in, and the way out of each. */
export function OwnSessionsPage() {
  const { t } = useTranslation();
  const { role } = useSession().acting;
  const sessions = useQuery(queries.ownSessions());
  const [told, setTold] = useState('');
  const refresh = () => queryClient.invalidateQueries({ queryKey: queries.ownSessions().queryKey });
  const end = useMutation({
    mutationFn: api.endOwnSession,
    onSuccess: () => setTold(t('sessions.ended')),
    onSettled: refresh,
  });
  const endOthers = useMutation({
    mutationFn: api.endOtherSessions,
    onSuccess: ({ ended }) => setTold(ended === 0 ? t('sessions.onlyThis') : t('sessions.endedOthers', { count: ended })),
    onSettled: refresh,
  });
  const error = end.error ?? endOthers.error;
  return (
    <div className="narrow">
      <PageHeading title={t('sessions.title')} />
      <p>{t('sessions.lead')}</p>
      {error && <ProblemNotice error={error} />}
      <p role="status">{told}</p>
      <Answer query={sessions} lines={6}>
        {({ sessions: list }) => (
          <>
            <ul className="rows unstyled-list no-max-width">
              {list.map((one) => (
                <SessionRow key={one.id} session={one} isEnding={end.isPending} onEnd={() => end.mutate(one.id)} />
              ))}
            </ul>
            {list.length > 1 ? (
              <button type="button" className="button button-secondary" aria-disabled={endOthers.isPending} onClick={() => !endOthers.isPending && endOthers.mutate()}>
                {t('sessions.endOthers')}
              </button>
            ) : (
              told === '' && <p className="quiet">{t('sessions.onlyThis')}</p>
            )}
          </>
        )}
      </Answer>
      {/* Administrators and auditors take part in no meetings by that. */}
      {role !== 'administrator' && role !== 'auditor' && (
        <>
          <OwnCalendar />
          <OwnFeed />
          <MailChoice />
        </>
      )}
    </div>
  );
}

function SessionRow({ session, isEnding, onEnd }: { session: OwnSession; isEnding: boolean; onEnd: () => void }) {
  const { t } = useTranslation();
  const device = deviceInWords(session, t);
  return (
    <li className="row-item">
      <div>
        <p>
          <strong>{device}</strong> {session.isThis && <span className="badge badge-info">{t('sessions.this')}</span>}
        </p>
        <p>{t('sessions.acting', { authority: session.authorityName })}</p>
        <p className="quiet">
          {t('sessions.since', { time: dayAndTime(session.startedAt) })} · {t('sessions.lastUsed', { time: dayAndTime(session.lastSeenAt) })}
        </p>
      </div>
      {!session.isThis && (
        <button type="button" className="button button-secondary" aria-disabled={isEnding} onClick={() => !isEnding && onEnd()}>
          {t('sessions.end')}
          <span className="sr-only">
            : {device}, {dayAndTime(session.lastSeenAt)}
          </span>
        </button>
      )}
    </li>
  );
}

const browserNames = { firefox: 'Firefox', chrome: 'Chrome', edge: 'Edge', safari: 'Safari' } as const;
const platformNames = { windows: 'Windows', macos: 'macOS', linux: 'Linux', android: 'Android' } as const;

/** “Firefox på Windows” */
function deviceInWords({ browser, platform }: OwnSession, t: TFunction): string {
  if (browser === null || platform === null || (browser === 'other' && platform === 'other')) return t('sessions.unknownDevice');
  return t('sessions.device', {
    browser: browser === 'other' ? t('sessions.unknownBrowser') : browserNames[browser],
    platform: platform === 'other' ? t('sessions.unknownPlatform') : platform === 'ios' ? t('sessions.phone') : platformNames[platform],
  });
}
