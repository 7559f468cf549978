import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import { queries } from '../api/queries.js';
import type { DecisionOptions } from '../api/types.js';
import { Answer } from '../shell/answer.js';

/** What the forms for a decision and for a follow-up are told by the item they stand in. */
export interface RecordFormProps {
  meetingId: string;
  itemId: string;
  /** Left for a moment: what was typed stays. */
  hidden: boolean;
  /** Back to the minutes; the draft is kept. */
  onLeave: () => void;
  /** Saved, with what was made of it, or given up: the draft is gone. */
  onDone: (savedId: string | null) => void;
}

interface FrameProps extends Pick<RecordFormProps, 'itemId' | 'hidden' | 'onLeave'> {
  headingId: string;
  heading: string;
  children: (options: DecisionOptions) => ReactNode;
}

/** Below the minutes, not over them: what was just said stays in sight. Esc leads back. */
export function RecordFormFrame({ itemId, hidden, onLeave, headingId, heading, children }: FrameProps) {
  const options = useQuery(queries.decisionOptions(itemId));
  const box = useRef<HTMLElement>(null);
  const loaded = options.data !== undefined;
  useEffect(() => {
    if (hidden || !loaded) return;
    box.current?.scrollIntoView({ block: 'nearest' });
    box.current?.querySelector('textarea')?.focus();
  }, [hidden, loaded]);
  return (
    <section
      ref={box}
      hidden={hidden}
      className="inline-form"
      aria-labelledby={headingId}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onLeave();
      }}
    >
      <h3 id={headingId} className="h4">
        {heading}
      </h3>
      <Answer query={options} lines={6}>
        {children}
      </Answer>
    </section>
  );
}
