import { useTranslation } from 'react-i18next';
import type { MeetingSummary } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { useMoving } from './moving.js';

/** “Flyt”: pressed it opens the form; where there are days to drag to it is also the handle. */
export function MoveButton({ meeting, isHandle = false }: { meeting: MeetingSummary; isHandle?: boolean }) {
  const { t } = useTranslation();
  const moving = useMoving();
  if (!meeting.canMove) return null;
  return (
    <button
      type="button"
      data-move={meeting.id}
      className={isHandle ? 'calendar-move calendar-handle' : 'calendar-move'}
      {...(isHandle ? { title: t('calendarMove.drag'), ...moving.handle(meeting) } : {})}
      onClick={() => moving.open(meeting)}
    >
      <Icon name={isHandle ? 'drag' : 'calendar'} /> <span className={isHandle ? 'sr-only' : ''}>{t('calendarMove.open')}</span>
      <span className="sr-only">
        : <span lang="da">{meeting.title}</span>, {dayAndTime(meeting.startInstant)}
      </span>
    </button>
  );
}
