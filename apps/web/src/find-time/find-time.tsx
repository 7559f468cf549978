import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FindTimeQuestion, FoundTime, PersonRef, TimesFound } from '../api/types.js';
import { localDayAndTime } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { FindTimePanel } from './find-time-panel.js';

interface FindTimeProps {
  /** Who could be asked for: those who are invited. */
  people: readonly PersonRef[];
  orSubstituteAtFirst?: boolean;
  durationMinutes: number;
  ask: (question: FindTimeQuestion) => Promise<TimesFound>;
  /** Fills the time in; nothing is sent. */
  onChoose: (time: FoundTime) => void;
  /** The field that gets the focus when a time was chosen. */
  fieldId: string;
}

/** “Find tid” beside the date and time of a form. */
export function FindTime({ people, orSubstituteAtFirst = false, durationMinutes, ask, onChoose, fieldId }: FindTimeProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<FoundTime | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack(() => opener.current);
  const close = () => {
    focusBack();
    setOpen(false);
  };
  return (
    <>
      {isOpen ? (
        <FindTimePanel
          people={people}
          orSubstituteAtFirst={orSubstituteAtFirst}
          durationMinutes={durationMinutes}
          ask={ask}
          onChoose={(time) => {
            onChoose(time);
            setChosen(time);
            setOpen(false);
            document.getElementById(fieldId)?.focus();
          }}
          onClose={close}
        />
      ) : (
        <p>
          <button ref={opener} type="button" className="button button-secondary" onClick={() => setOpen(true)}>
            <Icon name="search" /> {t('findTime.open')}
          </button>
        </p>
      )}
      <p role="status" className="quiet">
        {!isOpen && chosen && t('findTime.filled', { time: localDayAndTime(chosen.startLocal) })}
      </p>
    </>
  );
}
