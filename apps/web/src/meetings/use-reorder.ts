import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import type { Meeting, MoveItem, OpenEntry } from '../api/types.js';

interface Move {
  entry: OpenEntry;
  place: MoveItem;
}

const numberOf = (meeting: Meeting | undefined, itemId: string) =>
  meeting?.outline.find((entry): entry is OpenEntry => !entry.closed && entry.item.id === itemId)?.number;

/** Moves items of a meeting and says where each of them went. */
export function useReorder(meeting: Meeting) {
  const { t } = useTranslation();
  const [announcement, setAnnouncement] = useState('');
  const run = useMutation({
    mutationFn: ({ entry, place }: Move) => api.moveItem(entry.item.id, place),
    onSuccess: async (_item, { entry }) => {
      const { queryKey } = queries.meeting(meeting.id);
      await queryClient.invalidateQueries({ queryKey });
      const to = numberOf(queryClient.getQueryData(queryKey), entry.item.id);
      if (entry.number && to) setAnnouncement(t('agenda.moved', { from: entry.number, to }));
    },
  });
  const move = (entry: OpenEntry, place: MoveItem | null) => {
    if (place && !run.isPending) run.mutate({ entry, place });
  };
  return { move, announcement, pending: run.isPending, error: run.error };
}
