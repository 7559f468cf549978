import { useTranslation } from 'react-i18next';
import type { SeriesChangePreview, SeriesStep } from '../api/types.js';
import { fullSpan, localDayAndTime } from '../dates.js';
import { DisclosureSummary } from '../meetings/disclosure-summary.js';
import { Icon, type IconName } from '../shell/icon.js';
import { personAndAuthority } from '../shell/people.js';

/** The order in which the numbers of a change are said. */
const counted = ['moves', 'isAdded', 'returns', 'fallsAway', 'keeps', 'stays'] as const;

/** What a change does: in numbers, then meeting by meeting, and to whom. */
export function ChangePreview({ preview }: { preview: SeriesChangePreview }) {
  const { t } = useTranslation();
  const { steps, meetings, added, removed, keepsOwnPlace } = preview;
  const numbers = counted.flatMap((action) => {
    const count = steps.filter((step) => step.action === action).length;
    return count === 0 ? [] : [t(`seriesChange.count.${action}`, { count })];
  });
  const changing = steps.filter((step) => step.action !== 'stays');
  return (
    <>
      {steps.length > 0 && <p className="preview-rule">{preview.ruleInWords}.</p>}
      <div role="status">
        {numbers.length > 0 && <p>{numbers.join(' · ')}</p>}
        {steps.some((step) => step.action === 'moves' && step.fromLocal !== step.startLocal) && <p>{t('seriesChange.asked')}</p>}
        {steps.length === 0 && <p>{t('seriesChange.about', { count: meetings })}</p>}
        {keepsOwnPlace > 0 && <p>{t('seriesChange.ownPlace', { count: keepsOwnPlace })}</p>}
      </div>
      {added.map((person) => (
        <p key={person.membershipId} className="preview-note">
          <Icon name="plus" /> {t('seriesChange.joins', { person: personAndAuthority(person), count: meetings })}
        </p>
      ))}
      {added.length > 0 && <DisclosureSummary view={preview.disclosure} />}
      {removed.map((person) => (
        <p key={person.membershipId} className="preview-note">
          <Icon name="minus" /> {t('seriesChange.leaves', { person: personAndAuthority(person), count: meetings })}
        </p>
      ))}
      {changing.length > 0 && (
        <ol className="unstyled-list">
          {changing.map((step) => (
            <Step key={`${step.meetingId} ${step.startLocal}`} step={step} />
          ))}
        </ol>
      )}
    </>
  );
}

const icons: Record<SeriesStep['action'], IconName> = { stays: 'check', moves: 'calendar', returns: 'reply', keeps: 'lock', fallsAway: 'close', isAdded: 'plus' };

function Step({ step }: { step: SeriesStep }) {
  const { t } = useTranslation();
  const span = fullSpan(step.startInstant, step.endInstant);
  const from = step.fromLocal && step.fromLocal !== step.startLocal ? localDayAndTime(step.fromLocal) : null;
  const why = step.because ? t(`seriesChange.because.${step.because}`) : step.holiday && t(step.undecided ? 'series.onHoliday.undecided' : step.action === 'fallsAway' ? 'series.onHoliday.skipped' : 'seriesChange.holiday', { holiday: step.holiday });
  return (
    <li>
      {step.action === 'fallsAway' ? <s>{span}</s> : span}
      <span className="preview-note">
        <Icon name={icons[step.action]} /> {from && step.action === 'moves' ? t('seriesChange.movedFrom', { from }) : step.action === 'moves' ? t('seriesChange.length') : t(`seriesChange.action.${step.action}`)}
      </span>
      {why && <span className="quiet preview-why">{why}</span>}
    </li>
  );
}
