import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Item, Meeting } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { personAndAuthority } from '../shell/people.js';
import { FrameForm } from './frame-form.js';

/** Who leads an item, for how long and to what end; its coordinators change it here. */
export function FramePanel({ meeting, item }: { meeting: Meeting; item: Item }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const [saved, setSaved] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const focusBack = useFocusBack(() => opener.current);
  const mayChange = item.canChange && meeting.agendaState !== 'closed' && item.state !== 'withdrawn';
  const done = (isSaved: boolean) => {
    focusBack();
    setEditing(false);
    setSaved(isSaved);
  };
  if (editing && mayChange) return <FrameForm meeting={meeting} item={item} onDone={done} />;
  return (
    <div className="frame">
      <dl className="frame-facts">
        <dt>{t('frame.lead')}</dt>
        <dd>{item.ledBy || t('frame.nobody')}</dd>
        <dt>{t('agenda.minutes')}</dt>
        <dd>{item.plannedMinutes}</dd>
        <dt>{t('agenda.outputType')}</dt>
        <dd>{t(`outputType.${item.outputType}`)}</dd>
        {item.section && (
          <>
            <dt>{t('frame.section')}</dt>
            <dd>{item.section}</dd>
          </>
        )}
        {item.mandatory && (
          <>
            <dt>{t('frame.mandatory')}</dt>
            <dd>{t('frame.yes')}</dd>
          </>
        )}
      </dl>
      {item.change && <p className="quiet">{t('frame.lastChanged', { who: personAndAuthority(item.change.by), time: dayAndTime(item.change.at) })}</p>}
      <p role="status" className="sr-only">
        {saved && t('frame.saved')}
      </p>
      {mayChange && (
        <button
          ref={opener}
          type="button"
          className="quiet-command"
          onClick={() => {
            setSaved(false);
            setEditing(true);
          }}
        >
          {t('frame.edit')}
        </button>
      )}
    </div>
  );
}
