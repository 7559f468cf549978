import { useEffect, useRef, useState, type PointerEvent } from 'react';
import type { YearPlanSeries } from '../api/types.js';
import type { Target } from './plan-series.js';

/** A hand is never quite still when it presses. */
const stillPx = 5;

/** The cell of the series' own row under a point of the window. */
function targetUnder(seriesId: string, x: number, y: number): Target | null {
  const cell = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-series]');
  if (cell?.dataset.series !== seriesId) return null;
  const { weekday, week } = cell.dataset;
  return weekday !== undefined ? { weekday: Number(weekday) } : week !== undefined ? { week: Number(week) } : null;
}

/**
 * Takes a series from one place of its row to another. Escape puts it back.
 *
 * @param mayDrop whether it can be there
 */
export function usePlanDrag(mayDrop: (series: YearPlanSeries, target: Target) => boolean, onDrop: (series: YearPlanSeries, target: Target) => void) {
  const [over, setOver] = useState<{ seriesId: string; target: Target | null } | null>(null);
  const held = useRef<{ seriesId: string; x: number; y: number; isMoving: boolean } | null>(null);
  const letGo = () => {
    held.current = null;
    setOver(null);
  };
  const isDragging = over !== null;
  useEffect(() => {
    if (!isDragging) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      letGo();
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [isDragging]);
  const allowed = (series: YearPlanSeries, event: PointerEvent) => {
    const target = targetUnder(series.seriesId, event.clientX, event.clientY);
    return target !== null && mayDrop(series, target) ? target : null;
  };
  const marker = (series: YearPlanSeries) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button === 0) held.current = { seriesId: series.seriesId, x: event.clientX, y: event.clientY, isMoving: false };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const now = held.current;
      if (now?.seriesId !== series.seriesId) return;
      if (!now.isMoving) {
        if (Math.hypot(event.clientX - now.x, event.clientY - now.y) < stillPx) return;
        now.isMoving = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }
      setOver({ seriesId: series.seriesId, target: allowed(series, event) });
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const now = held.current;
      letGo();
      const target = now?.isMoving === true && now.seriesId === series.seriesId ? allowed(series, event) : null;
      if (target !== null) onDrop(series, target);
    },
    onPointerCancel: letGo,
  });
  return { over, marker };
}
