import { pollChoices, type PollChoice } from '@lib/contracts/enums.js';
import { useEffect, useEffectEvent, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { PollBallot, PollSlot } from '../api/types.js';
import { ApiProblem } from '../api/problem.js';
import { dayAndTime, fullSpan } from '../dates.js';
import { Icon, type IconName } from '../shell/icon.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import './polls.css';

export const choiceIcons: Record<PollChoice, IconName> = { yes: 'check', ifNeedBe: 'time', no: 'close' };

interface BallotProps {
  slots: readonly PollSlot[];
  own: PollBallot | null;
  /** @param version of the answer that these were made from, 0 for none */
  onSave: (choices: (PollChoice | null)[], version: number) => void;
  /** There is nothing left of what was refused. */
  onSettled: () => void;
  pending: boolean;
  error: unknown;
}

/** One's own answer to all times of a poll, one under the other, each with three targets a thumb reaches. */
export function Ballot({ slots, own, onSave, onSettled, pending, error }: BallotProps) {
  const { t } = useTranslation();
  const stored = slots.map((_, n) => own?.choices[n] ?? null);
  /** What was chosen here and is not stored yet; null while nothing is. */
  const [mine, setMine] = useState<{ choices: (PollChoice | null)[]; version: number } | null>(null);
  const [saved, setSaved] = useState(false);
  const shown = mine?.choices ?? stored;
  const isConflict = error instanceof ApiProblem && error.status === 412;
  // What is stored is what is chosen here: there is nothing left to save, whether it was saved or chosen back.
  const isStored = mine !== null && mine.choices.every((one, n) => one === stored[n] || slots[n]?.isPassed);
  const isNewer = mine !== null && own !== null && own.version > mine.version;
  const settle = useEffectEvent(() => {
    setMine(null);
    setSaved(isNewer);
    onSettled();
  });
  useEffect(() => {
    // While something is on its way, what is stored is about to be another answer.
    if (isStored && !pending) settle();
  }, [isStored, pending]);
  const take = () => {
    setMine(null);
    onSettled();
  };

  const choose = (slot: number, choice: PollChoice) => {
    setSaved(false);
    setMine({ choices: shown.map((one, n) => (n === slot ? choice : one)), version: mine?.version ?? own?.version ?? 0 });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending && mine !== null) onSave(mine.choices, mine.version);
  };
  const ahead = slots.filter((slot) => !slot.isPassed);
  const left = slots.filter((slot, n) => !slot.isPassed && shown[n] === null).length;
  return (
    <form className="ballot" onSubmit={submit} noValidate aria-label={t('poll.own')}>
      {slots.map((slot, n) => (
        <Slot key={slot.startLocal} slot={slot} choice={shown[n] ?? null} onChoose={(choice) => choose(n, choice)} />
      ))}
      {isConflict && own !== null ? (
        <Conflict own={own} slots={slots} onTake={take} onKeep={() => !pending && mine !== null && onSave(mine.choices, own.version)} />
      ) : (
        error != null && <ProblemNotice error={error} />
      )}
      {ahead.length > 0 && (
        <div className="ballot-save">
          <button type="submit" className="button button-primary" aria-disabled={pending || mine === null}>
            {pending ? t('poll.saving') : t('poll.save')}
          </button>
          <p role="status">
            {mine !== null ? (left > 0 ? t('poll.left', { count: left }) : t('poll.unsaved')) : saved ? t('poll.saved') : own === null ? t('poll.notAnswered') : t('poll.answeredAt', { time: dayAndTime(own.at) })}
          </p>
        </div>
      )}
    </form>
  );
}

function Slot({ slot, choice, onChoose }: { slot: PollSlot; choice: PollChoice | null; onChoose: (choice: PollChoice) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className="ballot-slot">
      <legend>{fullSpan(slot.startInstant, slot.endInstant)}</legend>
      {slot.holiday && (
        <p className="ballot-holiday">
          <Icon name="flag" /> {slot.holiday}
        </p>
      )}
      {slot.isPassed ? (
        <p className="quiet">{choice === null ? t('poll.passed') : t('poll.passedWith', { choice: t(`poll.choice.${choice}`) })}</p>
      ) : (
        <div className="ballot-choices">
          {pollChoices.map((one) => (
            <label key={one} className={`ballot-choice ballot-${one}`}>
              <input type="radio" name={`slot ${slot.startLocal}`} checked={choice === one} onChange={() => onChoose(one)} />
              <Icon name={choiceIcons[one]} />
              <span>{t(`poll.choice.${one}`)}</span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}

/** She answered in another place meanwhile: what stands there is shown, and the choice is hers. */
function Conflict({ own, slots, onTake, onKeep }: { own: PollBallot; slots: readonly PollSlot[]; onTake: () => void; onKeep: () => void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} className="alert alert-warning" role="alert" tabIndex={-1}>
      <p className="alert-heading">{t('poll.conflict')}</p>
      <p className="alert-text">{t('poll.conflictAt', { time: dayAndTime(own.at) })}</p>
      <ul className="alert-text">
        {slots.map((slot, n) => (
          <li key={slot.startLocal}>
            {dayAndTime(slot.startInstant)}: {own.choices[n] ? t(`poll.choice.${own.choices[n]}`) : t('poll.nothing')}
          </li>
        ))}
      </ul>
      <p className="alert-text button-line">
        <button type="button" className="button button-secondary" onClick={onTake}>
          {t('poll.takeStored')}
        </button>
        <button type="button" className="button button-secondary" onClick={onKeep}>
          {t('poll.saveMine')}
        </button>
      </p>
    </div>
  );
}
