import type { PreparationAnswer } from '../api/types.js';
import type { IconName } from '../shell/icon.js';

export const answerIcons: Record<PreparationAnswer, IconName> = { open: 'time', released: 'check', orally: 'groups', nothing: 'minus' };
