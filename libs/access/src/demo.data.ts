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
  /** Where in the authority. */
  unitTitle?: string;
  /** Where the authority itself begins or ends: instants. */
  validFrom?: string;
  validTo?: string;
}

/** The fictional names that municipalities carry in demo mode. */
export const demoAliases: Readonly<Record<string, string>> = {
  "municipality:101": "Øvelsesstad Kommune",
  "municipality:157": "Attrapgård Kommune",
  "municipality:169": "Prøvekøbing Kommune",
  "municipality:173": "Kulissedal Kommune",
  "municipality:190": "Skitserup Kommune",
  "municipality:201": "Udkastlev Kommune",
  "municipality:210": "Luftslotø Kommune",
  "municipality:217": "Tankehavn Kommune",
  "municipality:219": "Eksempelby Kommune",
  "municipality:223": "Kladdeholm Kommune",
  "municipality:230": "Forlægsted Kommune",
  "municipality:240": "Figurlund Kommune",
  "municipality:250": "Scenesund Kommune",
  "municipality:260": "Fabelnæs Kommune",
  "municipality:265": "Fiktionslund Kommune",
  "municipality:270": "Legendehøj Kommune",
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

/** Authorities that work together in reality: municipality, police district, børnehus, region, forensic institute. */
export const demoClusters: readonly (readonly string[])[] = [
  ["municipality:219", "policeDistrict:nordsjaelland", "barnahus:boernehus-hovedstaden", "region:1084", "region:oestdanmark", "forensicInstitute:retsmedicin-koebenhavn"],
  ["municipality:751", "policeDistrict:oestjylland", "barnahus:boernehus-midt", "region:1082", "forensicInstitute:retsmedicin-aarhus"],
  ["municipality:461", "policeDistrict:fyn", "barnahus:boernehus-syd", "region:1083", "forensicInstitute:retsmedicin-odense"],
];

/** The other municipalities of the first cluster's police district: whoever a meeting of the whole district needs. */
export const demoDistrict: readonly string[] = [
  "municipality:157", "municipality:173", "municipality:190", "municipality:201", "municipality:210", "municipality:217", "municipality:223", "municipality:230", "municipality:240", "municipality:250", "municipality:260", "municipality:270",
];

export const demoPeople: readonly DemoPerson[] = [
  {"authorityId": "municipality:219", "name": "Skabelon Demosen", "role": "coordinator", "functionTitle": "SSP-koordinator", "unitTitle": "SSP og forebyggelse"},
  {"authorityId": "municipality:219", "name": "Testine Prøvegaard", "role": "participant", "functionTitle": "myndighedsrådgiver", "unitTitle": "Myndighedsafdelingen"},
  {"authorityId": "municipality:219", "name": "Fiktiva Mønster", "role": "participant", "functionTitle": "nøgleperson", "unitTitle": "Myndighedsafdelingen"},
  {"authorityId": "municipality:219", "name": "Opdigt Larsnavn", "role": "leader", "functionTitle": "leder af myndighedsafdelingen", "unitTitle": "Myndighedsafdelingen"},
  {"authorityId": "municipality:219", "name": "Øvebine Chefgaard", "role": "leader", "functionTitle": "børne- og ungechef"},
  {"authorityId": "municipality:219", "name": "Systema Adgangsen", "role": "administrator", "functionTitle": "brugeradministrator"},
  {"authorityId": "municipality:219", "name": "Kontrolla Sporby", "role": "auditor", "functionTitle": "databeskyttelsesrådgiver"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Kladde Patruljen", "role": "coordinator", "functionTitle": "koordinator, lokalpolitiet", "unitTitle": "Lokalpolitiet"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Prøve Betjentsen", "role": "participant", "functionTitle": "forebyggelsesbetjent", "unitTitle": "Lokalpolitiet"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Eksempla Vagtlund", "role": "participant", "functionTitle": "videoafhører"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Tænkt Kredsgaard", "role": "leader", "functionTitle": "leder, personfarlig kriminalitet"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Åben Chefpolitsen", "role": "leader", "functionTitle": "chefpolitiinspektør"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Rettine Brugerlund", "role": "administrator", "functionTitle": "brugeradministrator"},
  {"authorityId": "policeDistrict:nordsjaelland", "name": "Stikprøve Kontrolgaard", "role": "auditor", "functionTitle": "databeskyttelsesrådgiver"},
  {"authorityId": "barnahus:boernehus-hovedstaden", "name": "Øvelse Koordinatsen", "role": "coordinator", "functionTitle": "mødekoordinator"},
  {"authorityId": "barnahus:boernehus-hovedstaden", "name": "Demonika Husmann", "role": "participant", "functionTitle": "socialrådgiver"},
  {"authorityId": "barnahus:boernehus-hovedstaden", "name": "Påhit Psykeberg", "role": "participant", "functionTitle": "psykolog"},
  {"authorityId": "barnahus:boernehus-hovedstaden", "name": "Fingera Lederup", "role": "leader", "functionTitle": "leder af børnehuset"},
  {"authorityId": "municipality:751", "name": "Modella Planstrup", "role": "coordinator", "functionTitle": "SSP-koordinator"},
  {"authorityId": "municipality:751", "name": "Fabula Rådgård", "role": "participant", "functionTitle": "myndighedsrådgiver"},
  {"authorityId": "municipality:751", "name": "Eventyr Skolebo", "role": "participant", "functionTitle": "skolesocialrådgiver"},
  {"authorityId": "municipality:751", "name": "Digta Chefholm", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:751", "name": "Øvelina Direktørby", "role": "leader", "functionTitle": "børne- og ungechef"},
  {"authorityId": "municipality:751", "name": "Oprettine Nøgleholm", "role": "administrator", "functionTitle": "brugeradministrator"},
  {"authorityId": "municipality:751", "name": "Loggert Tilsynsby", "role": "auditor", "functionTitle": "databeskyttelsesrådgiver"},
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
  {"authorityId": "region:1084", "name": "Model Lægebo", "role": "participant", "functionTitle": "børnelæge", "validTo": "2026-12-31T23:00:00Z"},
  {"authorityId": "region:1084", "name": "Konstrueret Overlægesen", "role": "leader", "functionTitle": "ledende overlæge, børneafdelingen", "validTo": "2026-12-31T23:00:00Z"},
  {"authorityId": "region:oestdanmark", "name": "Model Lægebo", "role": "participant", "functionTitle": "børnelæge", "validFrom": "2026-12-31T23:00:00Z"},
  {"authorityId": "region:oestdanmark", "name": "Konstrueret Overlægesen", "role": "leader", "functionTitle": "ledende overlæge, børneafdelingen", "validFrom": "2026-12-31T23:00:00Z"},
  {"authorityId": "forensicInstitute:retsmedicin-koebenhavn", "name": "Forsøg Retsfeldt", "role": "participant", "functionTitle": "retsmediciner"},
  {"authorityId": "region:1082", "name": "Imitat Børnelund", "role": "participant", "functionTitle": "børnelæge"},
  {"authorityId": "region:1082", "name": "Hypotese Overby", "role": "leader", "functionTitle": "ledende overlæge, børneafdelingen"},
  {"authorityId": "forensicInstitute:retsmedicin-aarhus", "name": "Teori Retsgaard", "role": "participant", "functionTitle": "retsmediciner"},
  {"authorityId": "region:1083", "name": "Mulig Børnedal", "role": "participant", "functionTitle": "børnelæge"},
  {"authorityId": "region:1083", "name": "Formodet Overgaard", "role": "leader", "functionTitle": "ledende overlæge, børneafdelingen"},
  {"authorityId": "forensicInstitute:retsmedicin-odense", "name": "Antagen Retsborg", "role": "participant", "functionTitle": "retsmediciner"},
  {"authorityId": "municipality:157", "name": "Model Attrapsen", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:157", "name": "Fiktion Chefgaard", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:173", "name": "Kopia Kulissmark", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:173", "name": "Påfund Lederby", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:190", "name": "Utopia Skitsholm", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:190", "name": "Digt Chefmark", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:201", "name": "Eventyr Udkastgaard", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:201", "name": "Opspind Ledholm", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:210", "name": "Prosa Luftborg", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:210", "name": "Fantast Chefskov", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:217", "name": "Metafora Tankelund", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:217", "name": "Drøm Lederlund", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:223", "name": "Novella Kladdeby", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:223", "name": "Indfald Chefdal", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:230", "name": "Romana Forlægsen", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:230", "name": "Skrøne Ledborg", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:240", "name": "Lyrik Figurskov", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:240", "name": "Sagn Cheflund", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:250", "name": "Epik Scenegaard", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:250", "name": "Myte Lederskov", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:260", "name": "Satira Fabelmark", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:260", "name": "Saga Chefholm", "role": "leader", "functionTitle": "afdelingsleder"},
  {"authorityId": "municipality:270", "name": "Anekdota Legendal", "role": "participant", "functionTitle": "nøgleperson"},
  {"authorityId": "municipality:270", "name": "Legende Lederdal", "role": "leader", "functionTitle": "afdelingsleder"},
];
