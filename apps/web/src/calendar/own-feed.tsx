import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { ProblemNotice } from '../shell/problem-notice.js';

/** “Kalender i dit eget program”: a secret link by which a calendar program fetches one's own meetings. */
export function OwnFeed() {
  const { t } = useTranslation();
  const found = useQuery(queries.calendarFeed());
  const [link, setLink] = useState<string | null>(null);
  const [told, setTold] = useState('');
  // What was pressed goes away with what it did; whoever walks by keyboard goes on from here.
  const heading = useRef<HTMLHeadingElement>(null);
  const refresh = () => queryClient.invalidateQueries({ queryKey: queries.calendarFeed().queryKey });
  const make = useMutation({
    mutationFn: api.makeCalendarFeed,
    onSuccess: (made) => {
      setTold('');
      setLink(made.link);
    },
    onSettled: refresh,
  });
  const revoke = useMutation({
    mutationFn: api.revokeCalendarFeed,
    onSuccess: () => {
      setLink(null);
      setTold(t('ownFeed.revoked'));
      heading.current?.focus();
    },
    onSettled: refresh,
  });
  const close = () => {
    setLink(null);
    heading.current?.focus();
    void refresh();
  };
  const isBusy = make.isPending || revoke.isPending;
  const error = make.error ?? revoke.error;
  const begin = (one: { mutate: () => void }, other: { reset: () => void }) => {
    if (isBusy) return;
    other.reset();
    one.mutate();
  };
  return (
    <section aria-labelledby="own-feed-heading">
      <h2 id="own-feed-heading" className="h3" ref={heading} tabIndex={-1}>
        {t('ownFeed.title')}
      </h2>
      <p>{t('ownFeed.lead')}</p>
      <p>
        <Icon name="info" /> {t('ownFeed.leak')}
      </p>
      {error && <ProblemNotice error={error} />}
      <p role="status">{told}</p>
      <Answer query={found} lines={2}>
        {({ feed }) => (
          <>
            {link !== null && <NewLink link={link} onClose={close} />}
            {link === null && feed !== null && (
              <p>
                {t('ownFeed.made', { time: dayAndTime(feed.createdAt) })} {feed.lastFetchedAt === null ? t('ownFeed.neverFetched') : t('ownFeed.lastFetched', { time: dayAndTime(feed.lastFetchedAt) })}
              </p>
            )}
            {link === null && (
              <>
                {feed !== null && <p className="quiet">{t('ownFeed.renewHint')}</p>}
                <p className="button-line">
                  <button type="button" className="button button-secondary" aria-disabled={isBusy} onClick={() => begin(make, revoke)}>
                    {feed === null ? t('ownFeed.make') : t('ownFeed.renew')}
                  </button>
                  {feed !== null && (
                    <button type="button" className="button button-secondary" aria-disabled={isBusy} onClick={() => begin(revoke, make)}>
                      {t('ownFeed.revoke')}
                    </button>
                  )}
                </p>
              </>
            )}
          </>
        )}
      </Answer>
    </section>
  );
}

/** Shown this once. A program that knows `webcal` takes it with one press; others by what is copied. */
function NewLink({ link, onClose }: { link: string; onClose: () => void }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => heading.current?.focus(), [link]);
  const copy = () =>
    void navigator.clipboard.writeText(link).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <div className="inline-form">
      <h3 className="h4" ref={heading} tabIndex={-1}>
        {t('ownFeed.newHeading')}
      </h3>
      <p>{t('ownFeed.newLead')}</p>
      <p className="form-label" id="own-feed-link">
        {t('ownFeed.link')}
      </p>
      <textarea className="form-input" rows={3} readOnly aria-labelledby="own-feed-link" value={link} onFocus={(event) => event.target.select()} />
      <p className="button-line">
        <button type="button" className="button button-primary" onClick={copy}>
          {t('ownFeed.copy')}
        </button>
        <a className="button button-secondary" href={link.replace(/^https?:/, 'webcal:')}>
          {t('ownFeed.open')}
        </a>
        <span role="status">{copied && t('ownFeed.copied')}</span>
      </p>
      <p className="button-line">
        <button type="button" className="button button-secondary" onClick={onClose}>
          {t('ownFeed.close')}
        </button>
      </p>
    </div>
  );
}
