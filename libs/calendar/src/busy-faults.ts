const unreachable = 'Adressen findes ikke på det åbne net. Kontrollér linket.';

/** Why a calendar was not read; in the row and in answers by its name, to people in these words. */
export const busyFaults = {
  notCalendar: 'Det er ikke en kalender i formatet iCalendar (.ics).',
  truncated: 'Kalenderen er ikke hel: dens slutning mangler. Hent den igen.',
  zipped: 'Filen er et zip-arkiv. Pak det ud, og vælg .ics-filen i det.',
  tooLarge: 'Kalenderen fylder mere end 20 MB. Vælg en kalender eller en periode med færre aftaler.',
  tooMany: 'Kalenderen har flere aftaler, end Samråd kan regne med. Vælg en kalender eller en periode med færre.',
  tooHeavy: 'Kalenderen tog for lang tid eller for meget plads at læse.',
  address: 'Adressen kan ikke bruges. Skriv det hemmelige link til kalenderen, som begynder med https://.',
  // One sentence for both: which names there are within one's own net is not for whoever tries them. The log says which it was.
  inner: unreachable,
  unknownHost: unreachable,
  noAnswer: 'Kalenderens server svarede ikke i tide.',
  certificate: 'Kalenderens server kunne ikke vise et gyldigt certifikat.',
  redirects: 'Adressen sender videre for mange gange eller til et sted, der ikke kan bruges.',
  denied: 'Kalenderens server gav ikke adgang. Kontrollér linket, brugernavnet og adgangskoden.',
  gone: 'Der er ingen kalender på adressen. Linket kan være trukket tilbage.',
  serverFault: 'Kalenderens server svarede med en fejl.',
  notCaldav: 'Adressen svarer ikke som en CalDAV-kalender.',
  beingRead: 'Kalenderen læses allerede. Prøv igen om et øjeblik.',
  overloaded: 'Samråd læser mange kalendere lige nu. Prøv igen om et øjeblik.',
  keys: 'Forbindelsens oplysninger kunne ikke åbnes. Forbind kalenderen igen.',
} as const;
export type BusyFaultName = keyof typeof busyFaults;

export class BusyFault extends Error {
  constructor(readonly fault: BusyFaultName) {
    super(fault);
    this.name = 'BusyFault';
  }
}

/** The sentence of a name that was stored; null for none. */
export const faultInWords = (name: string | null): string | null => (name === null ? null : name in busyFaults ? busyFaults[name as BusyFaultName] : busyFaults.serverFault);
