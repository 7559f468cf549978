import type { Sector } from '@lib/contracts/enums.js';
import { said } from '@lib/platform/speaking.js';

/**
 * Legal bases for sharing. Source: retsplejeloven § 115; barnets lov §§ 125-126 (LBK 282 of 17 March 2025). Which
 * sectors a basis admits is a product default that legal review must confirm, and that each authority may narrow.
 */
export interface LegalBasis {
  id: string;
  /** Date of this wording. */
  version: string;
  label: string;
  limits: string;
  sectors: readonly Sector[];
  /** Whether what is shared under it may be tied to a police investigation (retsplejeloven § 115, stk. 2). */
  admitsInvestigation: boolean;
  /** Where it stands, for whoever looks it up. */
  source: string;
  /** Days, `2024-01-01`; null where it has always been, or has no end. */
  validFrom: string | null;
  validTo: string | null;
}

export const legalBases: readonly LegalBasis[] = [
  {"id": "rpl-115-1-1", "version": "2026-11-21", "label": "Retsplejeloven § 115, stk. 1, nr. 1", "limits": "Kun nødvendige oplysninger til kriminalitetsforebyggelse i SSP-, PSP- og KSP-samarbejdet. Aldrig med henblik på efterforskning (stk. 2). Ingen har pligt til at dele (stk. 4).", "sectors": ["municipality", "police", "school", "health"], "admitsInvestigation": false, "source": "Retsplejeloven § 115", "validFrom": null, "validTo": null},
  {"id": "bl-126", "version": "2026-11-21", "label": "Barnets lov §§ 125-126", "limits": "Mellem de myndigheder, § 126 nævner, når det er nødvendigt af hensyn til barnets sundhed og udvikling, og kun i sager, hvor børnehuset benyttes.", "sectors": ["municipality", "police", "barnahus", "health", "forensic"], "admitsInvestigation": true, "source": "Barnets lov §§ 125-126 (lovbekendtgørelse nr. 282 af 17. marts 2025)", "validFrom": "2024-01-01", "validTo": null},
  {"id": "samtykke", "version": "2026-11-21", "label": "Samtykke", "limits": "Kun det, samtykket dækker, og kun så længe det gælder.", "sectors": ["municipality", "police", "barnahus", "health", "forensic", "school", "other"], "admitsInvestigation": true, "source": "Databeskyttelsesforordningens artikel 6 og 9; forvaltningslovens § 28", "validFrom": null, "validTo": null},
  {"id": "none", "version": "2026-11-21", "label": "Ingen personoplysninger", "limits": "Ingen personoplysninger. Eksempler er opdigtede eller gjort ukendelige.", "sectors": ["municipality", "police", "barnahus", "health", "forensic", "school", "other"], "admitsInvestigation": true, "source": "Samråds egen ramme for møder uden personoplysninger", "validFrom": null, "validTo": null},
];

/** A basis for whoever asks, in her language; the law itself keeps its Danish name. */
export const legalBasisView = ({ id, label, limits }: Pick<LegalBasis, 'id' | 'label' | 'limits'>) => ({ id, label: said(label), limits: said(limits) });

export const legalBasis = (id: string | null): LegalBasis | undefined => legalBases.find((basis) => basis.id === id);
