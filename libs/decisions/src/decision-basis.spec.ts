import { describe, expect, it } from '@jest/globals';
import { legalBases } from '@lib/access/legal-bases.data.js';
import { basisFault } from './decision-basis.js';

const basis = (id: string) => legalBases.find((one) => one.id === id)!;

describe('the basis that a decision cites', () => {
  it.each([
    ['rpl-115-1-1', 'rpl-115-1-1', 'police', null],
    ['bl-126', 'rpl-115-1-1', 'police', 'investigation'],
    ['samtykke', 'rpl-115-1-1', 'municipality', 'investigation'],
    ['bl-126', 'bl-126', 'police', null],
    ['rpl-115-1-1', 'bl-126', 'municipality', null],
    ['rpl-115-1-1', 'bl-126', 'barnahus', 'sector'],
    ['bl-126', null, 'barnahus', null],
  ] as const)('[DE16] [AC65] %s under an item on %s, decided by %s: %s', (cited, item, sector, fault) => {
    expect(basisFault(basis(cited), item === null ? undefined : basis(item), sector)).toBe(fault);
  });
});
