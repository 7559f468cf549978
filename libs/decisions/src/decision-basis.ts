import type { Sector } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import type { BasisInForce } from '@lib/access/legal-bases.service.js';
import { said } from '@lib/platform/speaking.js';

/** What is asked of a basis that a decision cites. */
type Cited = Pick<BasisInForce, 'label' | 'limits' | 'sectors' | 'admitsInvestigation'>;

/** Why a decision under an item cannot cite a basis. */
export type BasisFault = 'investigation' | 'sector';

/**
 * [DE16] [AC65] Whether a decision under an item may cite a basis. What was shared under a basis that admits no investigation
 * is not taken over into one that does; and an authority cites no basis that does not speak of its sector.
 *
 * @param itemBasis what the item stands on; undefined where it names none, which admits every basis
 * @param sector of the deciding authority
 * @returns null where it may
 */
export function basisFault(cited: Pick<Cited, 'sectors' | 'admitsInvestigation'>, itemBasis: Pick<Cited, 'admitsInvestigation'> | undefined, sector: Sector): BasisFault | null {
  if (cited.admitsInvestigation && itemBasis?.admitsInvestigation === false) return 'investigation';
  return cited.sectors.includes(sector) ? null : 'sector';
}

/** [AC65] The refusal, in the words of both bases. */
export function basisRefused(fault: BasisFault, cited: Cited, itemBasis: Cited | undefined, authorityName: string): Problem {
  const reason =
    fault === 'investigation'
      ? `Punktet står på ${said(itemBasis!.label)}, som ikke giver adgang til at dele med henblik på efterforskning. ${said(cited.label)} kan også bruges til efterforskning og kan derfor ikke være beslutningens hjemmel her. Vælg en anden hjemmel, eller flyt punktet til andet spor.`
      : `${said(cited.label)} omfatter ikke ${authorityName}. ${said(cited.limits)} Vælg en hjemmel, som omfatter den myndighed, der beslutter.`;
  return new Problem('legal-basis-limit', reason, [{ field: 'legalBasisId', message: 'Punktets hjemmel giver ikke plads til den hjemmel, du har valgt.' }]);
}
