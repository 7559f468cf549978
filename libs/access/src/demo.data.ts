import type { Role } from '@lib/contracts/enums.js';

/**
 * The people of demo mode. Nobody here exists; their authorities belong together in reality, the people and the aliases
 * do not. Source: invented for Samråd.
 */
export interface DemoPerson {
  authorityId: string;
  name: string;
  role: Role;
  functionTitle: string;
}

/** The fictional names that municipalities carry in demo mode. */
export const demoAliases: Readonly<Record<string, string>> = {
  "municipality:101": "Øvelsesstad Kommune",
  "municipality:169": "Prøvekøbing Kommune",
  "municipality:219": "Eksempelby Kommune",
  "municipality:265": "Fiktionslund Kommune",
  "municipality:330": "Opdigtborg Kommune",
  "municipality:461": "Mønsterhavn Kommune",
  "municipality:561": "Skabelonrup Kommune",
  "municipality:615": "Testlev Kommune",
  "municipality:630": "Modelsund Kommune",
  "municipality:751": "Tænktby Kommune",
  "municipality:787": "Demokøbing Kommune",
  "municipality:791": "Påhitsted Kommune",
  "municipality:851": "Forsøgsrød Kommune",
  "municipality:860": "Legelund Kommune",
};

/** Authorities that work together in reality: municipality, police district, børnehus. */
export const demoClusters: readonly (readonly string[])[] = [
  ["municipality:219", "policeDistrict:nordsjaelland", "barnahus:boernehus-hovedstaden"],
  ["municipality:751", "policeDistrict:oestjylland", "barnahus:boernehus-midt"],
  ["municipality:461", "policeDistrict:fyn", "barnahus:boernehus-syd"],
];

export const demoPeople: readonly DemoPerson[] = [
  {"authorityId": "municipality:219", "name": "Skabelon Demosen", "role": "coordinator", "functionTitle": "SSP-koordinator"},
  {"authorityId": "municipality:219", "name": "Testine Prøvegaard", "role": "participant", "functionTitle": "myndighedsrådgiver"},
  {"authorityId": "municipality:219", "name": "Fiktiva Mønster", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:219", "name": "Opdigt Larsnavn", "role": "leader", "functionTitle": "leder af myndighedsafdelingen"},
  {"authorityId": "municipality:219", "name": "Øvebine Chefgaard", "role": "leader", "functionTitle": "børne- og ungechef"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Kladde Patruljen", "role": "coordinator", "functionTitle": "koordinator, lokalpolitiet"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Prøve Betjentsen", "role": "participant", "functionTitle": "forebyggelsesbetjent"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Eksempla Vagtlund", "role": "participant", "functionTitle": "videoafhører"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Tænkt Kredsgaard", "role": "leader", "functionTitle": "leder, personfarlig kriminalitet"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Åben Chefpolitsen", "role": "leader", "functionTitle": "chefpolitiinspektør"},
  {"authorityId": "barnahus:boernehus-hovedstaden", "name": "Øvelse Koordinatsen", "role": "coordinator", "functionTitle": "mødekoordinator"},
  {"authorityId": "barnahus:boernehus-hovedstaden", "name": "Demonika Husmann", "role": "participant", "functionTitle": "socialrådgiver"},
  {"authorityId": "barnahus:boernehus-hovedstaden", "name": "Påhit Psykeberg", "role": "participant", "functionTitle": "psykolog"},
  {"authorityId": "barnahus:boernehus-hovedstaden", "name": "Fingera Lederup", "role": "leader", "functionTitle": "leder af børnehuset"},
  {"authorityId": "municipality:751", "name": "Modella Planstrup", "role": "coordinator", "functionTitle": "SSP-koordinator"},
  {"authorityId": "municipality:751", "name": "Fabula Rådgård", "role": "participant", "functionTitle": "myndighedsrådgiver"},
  {"authorityId": "municipality:751", "name": "Eventyr Skolebo", "role": "participant", "functionTitle": "skolesocialrådgiver"},
  {"authorityId": "municipality:751", "name": "Digta Chefholm", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:751", "name": "Øvelina Direktørby", "role": "leader", "functionTitle": "børne- og ungechef"},
  {"authorityId": "policeDistrict:oestjylland", "name": "Kulisse Vagtmand", "role": "coordinator", "functionTitle": "koordinator, lokalpolitiet"},
  {"authorityId": "policeDistrict:oestjylland", "name": "Attrap Betjentby", "role": "participant", "functionTitle": "forebyggelsesbetjent"},
  {"authorityId": "policeDistrict:oestjylland", "name": "Statist Afhører", "role": "participant", "functionTitle": "videoafhører"},
  {"authorityId": "policeDistrict:oestjylland", "name": "Rekvisit Kredsholm", "role": "leader", "functionTitle": "sektionsleder"},
  {"authorityId": "barnahus:boernehus-midt", "name": "Skitse Samrådsen", "role": "coordinator", "functionTitle": "mødekoordinator"},
  {"authorityId": "barnahus:boernehus-midt", "name": "Lignelse Børneby", "role": "participant", "functionTitle": "socialrådgiver"},
  {"authorityId": "barnahus:boernehus-midt", "name": "Allegoria Sindal", "role": "participant", "functionTitle": "psykolog"},
  {"authorityId": "barnahus:boernehus-midt", "name": "Fabel Husleder", "role": "leader", "functionTitle": "leder af børnehuset"},
  {"authorityId": "municipality:461", "name": "Utopia Aftaleby", "role": "coordinator", "functionTitle": "SSP-koordinator"},
  {"authorityId": "municipality:461", "name": "Illusia Rådmark", "role": "participant", "functionTitle": "myndighedsrådgiver"},
  {"authorityId": "municipality:461", "name": "Drømme Nøglegaard", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:461", "name": "Fantasia Chefsen", "role": "leader", "functionTitle": "børne- og ungechef"},
  {"authorityId": "municipality:461", "name": "Øvegard Direktørlund", "role": "leader", "functionTitle": "direktør for børn og unge"},
  {"authorityId": "policeDistrict:fyn", "name": "Maske Patruljelund", "role": "coordinator", "functionTitle": "koordinator, lokalpolitiet"},
  {"authorityId": "policeDistrict:fyn", "name": "Figurant Betjentgaard", "role": "participant", "functionTitle": "forebyggelsesbetjent"},
  {"authorityId": "policeDistrict:fyn", "name": "Scenia Afhøringsen", "role": "participant", "functionTitle": "videoafhører"},
  {"authorityId": "policeDistrict:fyn", "name": "Rolle Kredsborg", "role": "leader", "functionTitle": "sektionsleder"},
  {"authorityId": "barnahus:boernehus-syd", "name": "Prolog Mødegaard", "role": "coordinator", "functionTitle": "mødekoordinator"},
  {"authorityId": "barnahus:boernehus-syd", "name": "Epilog Hushoved", "role": "participant", "functionTitle": "socialrådgiver"},
  {"authorityId": "barnahus:boernehus-syd", "name": "Parabel Psykelund", "role": "participant", "functionTitle": "psykolog"},
  {"authorityId": "barnahus:boernehus-syd", "name": "Rima Husborg", "role": "leader", "functionTitle": "leder af børnehuset"},
];
