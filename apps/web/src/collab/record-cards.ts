import { createContext, type ComponentType } from 'react';

/** What can be recorded from within the minutes. */
export type RecordCommand = 'decision' | 'followUp';

export interface RecordCardProps {
  kind: RecordCommand;
  id: string;
}

/**
 * How a decision or follow-up looks among the words; whoever shows the editor says, since the words know nothing of them.
 * Apart from the editor, which comes only with an open item.
 */
export const RecordCards = createContext<ComponentType<RecordCardProps> | null>(null);
