import type { Role } from '@lib/contracts/enums.js';

/** What user management finds the group of a role by: an authority gives its own group the same name. */
export const groupNames: Partial<Record<Role, string>> = { coordinator: 'Samråd-koordinator', participant: 'Samråd-deltager', leader: 'Samråd-leder' };
