import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface RescueProps {
  explanation: string;
  text: string;
  /** Loads the stored text instead; absent while waiting may still help. */
  onReload?: (() => void) | undefined;
}

/** The text as it stands here, to take along when the server does not have it. */
export function Rescue({ explanation, text, onReload }: RescueProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState(false);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Without the clipboard (no permission, no https) the text is selected, so that Ctrl+C takes it.
      field.current?.focus();
      field.current?.select();
    }
  };

  return (
    <section className="alert alert-warning rescue" aria-labelledby="rescue-heading">
      <h3 id="rescue-heading" className="h5">
        {t('rescue.heading')}
      </h3>
      <p>{explanation}</p>
      <label className="form-label" htmlFor="rescue-text">
        {t('rescue.text')}
      </label>
      <textarea ref={field} id="rescue-text" className="form-input" readOnly rows={6} value={text} />
      <p className="button-line">
        <button type="button" className="button button-primary" onClick={() => void copy()}>
          {t('rescue.copy')}
        </button>
        {onReload && (
          <button type="button" className="button button-secondary" onClick={onReload}>
            {t('rescue.reload')}
          </button>
        )}
        <span role="status">{copied ? t('rescue.copied') : ''}</span>
      </p>
    </section>
  );
}
