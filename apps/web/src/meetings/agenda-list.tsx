import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meeting, OpenEntry, OutlineEntry } from '../api/types.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { AddCase } from './add-case.js';
import { AgendaEntry, ClosedText, entryKey } from './agenda-entry.js';
import { namesOf, placeAt, stepFrom } from './order.js';
import { useReorder } from './use-reorder.js';

type Reorder = ReturnType<typeof useReorder>;

/** The whole agenda, in groups under its headings; for coordinators also the way to put it in another order. */
export function AgendaList({ meeting }: { meeting: Meeting }) {
  const reorder = useReorder(meeting);
  return (
    <>
      {reorder.error && <ProblemNotice error={reorder.error} />}
      <Entries meeting={meeting} parentId={null} reorder={reorder} />
      <p className="sr-only" role="status">
        {reorder.announcement}
      </p>
    </>
  );
}

const sectionOf = (entry: OutlineEntry | undefined) => (entry && !entry.closed ? entry.item.section : null);

function Entries({ meeting, parentId, reorder }: { meeting: Meeting; parentId: string | null; reorder: Reorder }) {
  const entries = meeting.outline.filter((entry) => entry.parentId === parentId);
  const names = namesOf(entries);
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<{ key: string; to: number } | null>(null);
  // The pointer may be let go before its last moves are drawn, and a colleague may move items meanwhile.
  const held = useRef<string | null>(null);
  const stepped = useRef('');
  const focusBack = useFocusBack(() => list.current?.querySelector<HTMLElement>(stepped.current));
  const indexOf = (key: string | null) => entries.findIndex((entry) => entryKey(entry) === key);
  const from = indexOf(dragged?.key ?? null);
  const drag = dragged !== null && from >= 0 ? { from, to: dragged.to } : null;
  const mayMove = (entry: OutlineEntry): entry is OpenEntry => !entry.closed && entry.item.canChange && meeting.agendaState !== 'closed' && entries.length > 1;

  /** Where the pointer stands among the entries, as an index after the move. */
  const indexAt = (y: number, from: number) => {
    const middles = [...(list.current?.children ?? [])].map((child) => child.getBoundingClientRect()).map((box) => box.top + box.height / 2);
    return middles.filter((middle, index) => index !== from && middle < y).length;
  };
  const letGo = () => {
    held.current = null;
    setDragged(null);
  };
  const drop = (y: number) => {
    const at = indexOf(held.current);
    const entry = entries[at];
    if (entry && !entry.closed && indexAt(y, at) !== at) reorder.move(entry, placeAt(names, at, indexAt(y, at)));
    letGo();
  };
  const handle = (key: string) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      held.current = key;
      setDragged({ key, to: indexOf(key) });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => held.current === key && setDragged({ key, to: indexAt(event.clientY, indexOf(key)) }),
    onPointerUp: (event: PointerEvent<HTMLElement>) => held.current === key && drop(event.clientY),
    onPointerCancel: letGo,
  });
  const step = (entry: OpenEntry, from: number, direction: 1 | -1) => {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.step : undefined;
    // Moving its row takes the focus away from what was pressed.
    stepped.current = `[data-entry="${entry.item.id}"] ${focused ? `[data-step="${focused}"]` : 'a'}`;
    focusBack();
    reorder.move(entry, stepFrom(names, from, direction));
  };
  const onKey = (event: KeyboardEvent, entry: OpenEntry, from: number) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    if (event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    event.stopPropagation();
    step(entry, from, event.key === 'ArrowUp' ? -1 : 1);
  };
  const dropClass = (index: number) => {
    if (!drag || drag.from === drag.to) return '';
    if (index === drag.from) return ' agenda-dragged';
    const position = index < drag.from ? index : index - 1;
    if (position === drag.to && index !== drag.from) return ' agenda-drop-before';
    return drag.to === entries.length - 1 && position === entries.length - 2 ? ' agenda-drop-after' : '';
  };

  return (
    <ol ref={list} className={`unstyled-list no-max-width ${parentId === null ? 'agenda' : 'agenda-children'}`}>
      {entries.map((entry, index) => {
        const section = sectionOf(entry);
        const begins = section !== null && section !== sectionOf(entries.slice(0, index).findLast((one) => !one.closed));
        if (entry.closed) {
          return (
            <li key={entryKey(entry)} className={`agenda-row${dropClass(index)}`}>
              <div className="agenda-entry">
                <ClosedText entry={entry} />
              </div>
            </li>
          );
        }
        return (
          <li key={entryKey(entry)} data-entry={entry.item.id} className={`agenda-row${dropClass(index)}`} onKeyDown={(event) => mayMove(entry) && onKey(event, entry, index)}>
            {begins && <h3 className="agenda-section">{section}</h3>}
            <div className="agenda-entry">
              <AgendaEntry meeting={meeting} entry={entry} />
              {mayMove(entry) && <MoveControls entry={entry} names={names} index={index} step={step} handle={handle(entryKey(entry))} />}
            </div>
            {(entry.item.canAddCase || meeting.outline.some((one) => one.parentId === entry.item.id)) && (
              <div className="agenda-sub">
                <Entries meeting={meeting} parentId={entry.item.id} reorder={reorder} />
                {entry.item.canAddCase && <AddCase meeting={meeting} list={entry} />}
              </div>
            )}
          </li>
        );
      })}
    </ol>
  );
}

interface MoveControlsProps {
  entry: OpenEntry;
  names: readonly (string | null)[];
  index: number;
  step: (entry: OpenEntry, from: number, direction: 1 | -1) => void;
  handle: object;
}

/** Two buttons for keyboard and thumb, and a handle for the mouse. */
function MoveControls({ entry, names, index, step, handle }: MoveControlsProps) {
  const { t } = useTranslation();
  const what = entry.number ? t('item.number', { number: entry.number }) : entry.item.title;
  return (
    <div className="agenda-move">
      <button type="button" data-step="up" className="icon-button" aria-keyshortcuts="Alt+ArrowUp" aria-disabled={!stepFrom(names, index, -1)} title={t('agenda.moveHint')} onClick={() => step(entry, index, -1)}>
        <Icon name="up" /> <span className="sr-only">{t('agenda.moveUp', { what })}</span>
      </button>
      <button type="button" data-step="down" className="icon-button" aria-keyshortcuts="Alt+ArrowDown" aria-disabled={!stepFrom(names, index, 1)} title={t('agenda.moveHint')} onClick={() => step(entry, index, 1)}>
        <Icon name="down" /> <span className="sr-only">{t('agenda.moveDown', { what })}</span>
      </button>
      {/* The buttons do the same for those who use no mouse. */}
      <span className="agenda-handle" aria-hidden="true" title={t('agenda.drag')} {...handle}>
        <Icon name="drag" />
      </span>
    </div>
  );
}
