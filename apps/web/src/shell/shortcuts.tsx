import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

const shortcuts = [
  { key: 'decision', keys: ['Ctrl', 'Alt', 'B'] },
  { key: 'decisionLine', keys: ['shortcuts.decisionCommand', 'Enter'] },
  { key: 'followUp', keys: ['Ctrl', 'Alt', 'O'] },
  { key: 'followUpLine', keys: ['shortcuts.followUpCommand', 'Enter'] },
  { key: 'bold', keys: ['Ctrl', 'B'] },
  { key: 'italic', keys: ['Ctrl', 'I'] },
  { key: 'undo', keys: ['Ctrl', 'Z'] },
  { key: 'redo', keys: ['Ctrl', 'Y'] },
  { key: 'indent', keys: ['Ctrl', ']'] },
  { key: 'outdent', keys: ['Ctrl', '['] },
  { key: 'cancel', keys: ['Esc'] },
  { key: 'search', keys: ['/'] },
  { key: 'help', keys: ['?'] },
] as const;

const writing = 'input, textarea, select, [contenteditable="true"]';

/** Whether a key that is pressed here belongs to what somebody writes. */
export const isWriting = (target: EventTarget | null) => target instanceof Element && target.closest(writing) !== null;

/** “?” shows what can be done from the keyboard; while somebody writes it is a question mark. */
export function Shortcuts() {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== '?' || isWriting(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      dialog.current?.showModal();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  return (
    <dialog ref={dialog} className="shortcuts" aria-labelledby="shortcuts-heading">
      <h2 id="shortcuts-heading">{t('shortcuts.heading')}</h2>
      <dl>
        {shortcuts.map(({ key, keys }) => (
          <div key={key}>
            <dt>
              {keys.map((name, index) => (
                <span key={name}>
                  {index > 0 && ' + '}
                  <kbd>{name === 'shortcuts.decisionCommand' || name === 'shortcuts.followUpCommand' ? t(name) : name}</kbd>
                </span>
              ))}
            </dt>
            <dd>{t(`shortcuts.${key}`)}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit" className="button button-primary">
          {t('shortcuts.close')}
        </button>
      </form>
    </dialog>
  );
}
