import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GuestKeys, Meeting } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Icon } from '../shell/icon.js';
import './guests.css';

/** Link and code of a guest, shown this once. The product sends neither: the two must go different ways. */
export function GuestKeysPanel({ meeting, keys, onClose }: { meeting: Meeting; keys: GuestKeys; onClose: () => void }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => heading.current?.focus(), []);
  // Kind and time of the meeting, and no word of whom or what it is about [GU3].
  const letter = t('guest.letter', { kind: meeting.kindTitle, time: dayAndTime(meeting.startInstant), link: keys.link });
  const copy = () =>
    void navigator.clipboard.writeText(letter).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <section className="inline-form guest-keys" aria-labelledby="guest-keys-heading">
      <h3 id="guest-keys-heading" ref={heading} tabIndex={-1}>
        {t('guest.keysHeading')}
      </h3>
      <p>{t('guest.keysLead')}</p>
      <p className="form-label" id="guest-letter-label">
        {t('guest.letterLabel')}
      </p>
      <textarea className="form-input" rows={6} readOnly aria-labelledby="guest-letter-label" value={letter} onFocus={(event) => event.target.select()} />
      <p className="button-line">
        <button type="button" className="button button-secondary" onClick={copy}>
          {t('guest.copy')}
        </button>
        <span role="status">{copied && t('guest.copied')}</span>
      </p>
      <p>
        {t('guest.codeLead')} <strong className="guest-code">{`${keys.code.slice(0, 3)} ${keys.code.slice(3)}`}</strong>
      </p>
      <p className="quiet">
        <Icon name="info" /> {t('guest.codeHint')}
      </p>
      <p className="button-line">
        <button type="button" className="button button-primary" onClick={onClose}>
          {t('guest.keysDone')}
        </button>
      </p>
    </section>
  );
}
