import type { Item, ItemFrame } from '../api/types.js';

export type FrameField = keyof ItemFrame;

/** The frame of an item as the form holds it. */
export const frameOf = (item: Item): ItemFrame => ({
  ledBy: item.ledByText,
  leadMembershipId: item.leadMembershipId,
  plannedMinutes: item.plannedMinutes,
  outputType: item.outputType,
  section: item.section,
  mandatory: item.mandatory,
  legalBasisId: item.legalBasis?.id ?? null,
});

/** What somebody else changed meanwhile. */
export const changedFields = (base: ItemFrame, theirs: ItemFrame): FrameField[] => (Object.keys(base) as FrameField[]).filter((field) => base[field] !== theirs[field]);
