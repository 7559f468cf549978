import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface ConflictChoiceProps {
  onAnyway: () => void;
  onKeep: () => void;
  /** What stands now, in words. */
  children: ReactNode;
}

/** Somebody else was quicker: shows what stands now, and leaves the choice to the person. */
export function ConflictChoice({ onAnyway, onKeep, children }: ConflictChoiceProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} className="alert alert-warning" role="alert" tabIndex={-1}>
      <p className="alert-heading">{t('change.conflict')}</p>
      <p className="alert-text">{children}</p>
      <p className="alert-text button-line">
        <button type="button" className="button button-secondary" onClick={onKeep}>
          {t('change.keepTheirs')}
        </button>
        <button type="button" className="button button-secondary" onClick={onAnyway}>
          {t('change.anyway')}
        </button>
      </p>
    </div>
  );
}
