import i18next from 'i18next';
import type { DisclosureView } from '../api/types.js';

/**
 * What the reason for a substitute begins with: that she comes in somebody's place, and the bases of the items that she comes
 * to see. It is kept, and what is kept is Danish.
 *
 * @param name of whom she comes for
 */
export function substituteReason(view: DisclosureView, name: string): string {
  const t = i18next.getFixedT('da');
  const bases = [...new Set(view.meetings.flatMap((meeting) => meeting.items.flatMap((item) => item.legalBasis?.label ?? [])))];
  return bases.length === 0 ? t('reply.reasonWithoutBasis', { name }) : t('reply.reasonWithBasis', { name, bases: bases.join('; ') });
}
