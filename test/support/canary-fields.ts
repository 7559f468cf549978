import { readFileSync } from 'node:fs';

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}
interface Api {
  paths: Record<string, Record<string, { parameters?: { name: string; in: string; schema?: Schema }[]; requestBody?: { content: Record<string, { schema: Schema }> } }>>;
  components: { schemas: Record<string, Schema> };
}

/** Every field of a request that takes any text: `Schema.property` of bodies, `?name` of queries. */
export function fieldsOf(path: string): string[] {
  const api = JSON.parse(readFileSync(path, 'utf8')) as Api;
  const found = new Set<string>();
  const followed = new Set<string>();
  const isText = (schema: Schema) => [schema.type].flat().includes('string') && schema.enum === undefined && schema.format === undefined;
  const follow = (schema: Schema | undefined, name: string): void => {
    if (schema === undefined) return;
    if (schema.$ref !== undefined) {
      const target = schema.$ref.split('/').at(-1)!;
      if (!followed.has(target)) follow(api.components.schemas[followed.add(target) && target], target);
      return;
    }
    for (const one of [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]) follow(one, name);
    if (schema.items !== undefined) follow(schema.items, name);
    else if (isText(schema)) found.add(name);
    for (const [property, inner] of Object.entries(schema.properties ?? {})) follow(inner, `${name}.${property}`);
  };
  for (const methods of Object.values(api.paths)) {
    for (const operation of Object.values(methods)) {
      for (const { name, in: where, schema } of operation.parameters ?? []) if (where === 'query' && schema !== undefined && isText(schema)) found.add(`?${name}`);
      for (const { schema } of Object.values(operation.requestBody?.content ?? {})) follow(schema, '');
    }
  }
  return [...found].sort();
}

const known = 'names something the product has; anything else is refused';
const time = 'a date or a time; anything else is refused';
const digest = 'a digest of what the page showed; anything else is refused';
const directory = 'of the directory, which everybody who is signed in may read (docs/security.md, “ordinary personal data”)';
const statute = 'of a legal basis, which is law and no content';

/** Fields without a canary, each with the reason. */
export const excused: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'NewSeriesBody.kindId', 'NewSeriesBody.authorityIds', 'NewSeriesBody.participantMembershipIds', 'NewMeetingBody.kindId', 'NewMeetingBody.authorityIds', 'NewMeetingBody.participantMembershipIds',
      'SeriesChangeBody.add', 'SeriesChangeBody.remove', 'ApplySeriesChangeBody.add', 'ApplySeriesChangeBody.remove', 'NewItemBody.legalBasisId', 'ItemFrameBody.legalBasisId', 'NewCaseBody.legalBasisId',
      'AudienceBody.authorityIds', 'AudienceBody.personIds', 'ItemWindowBody.authorityId', 'InvitationBody.membershipIds', 'InviteBody.membershipIds', 'OtherTrackBody.legalBasisId', 'BasisSettingBody.basisId',
      'NewProposalBody.legalBasisId', 'AcceptProposalBody.authorityIds', 'LogFilterParameters.authorityId', 'LogFilterParameters.kindId', 'LogFilterParameters.legalBasisId', 'NewDecisionBody.decidingAuthorityId', 'NewDecisionBody.legalBasisId',
      'CorrectionBody.decidingAuthorityId', 'CorrectionBody.legalBasisId', 'RemindBody.authorityId', '?authorityId', '?kindId', '?legalBasisId', '?authority', '?cursor',
      'FindTimeBody.required', 'FindTimeBody.optional', 'FindTimeBody.orSubstitute', 'FindTimeForNewBody.orSubstitute', 'ContactBody.kindId', 'NewContactBody.kindId', 'FindTimeForNewBody.kindId', 'NewMeetingPollBody.kindId', 'NewMeetingPollBody.authorityIds', 'NewMeetingPollBody.participantMembershipIds', 'PollTokenBody.token', 'PollLinkAnswerBody.token', 'FindTimeForNewBody.required', 'FindTimeForNewBody.optional',
      'GuestSignInBody.token', 'GuestSignInBody.code', 'RetentionRuleBody.kindId', 'FirstAdministratorToken.token', 'FirstAdministratorChoice.token', 'FirstAdministratorChoice.providerId', 'FirstAdministratorChoice.authorityId', '?videre',
    ].map((field) => [field, known]),
  ),
  ...Object.fromEntries(
    ['FindTimeBody.earliest', 'FindTimeBody.latest', 'FindTimeForNewBody.earliest', 'FindTimeForNewBody.latest', 'NewSeriesBody.startLocal', 'PreviewBody.startLocal', 'NewMeetingBody.startLocal', 'MoveBody.startLocal', 'MovePreviewBody.startLocal', 'RecurrenceBody.excludedDates', 'RecurrenceBody.addedDates', 'SeriesTimesBody.startTime', 'NewPlanStepBody.time', 'NewPollBody.slots', 'NewMeetingPollBody.slots', 'ChooseSlotBody.startLocal', 'YearPlanStepBody.startTime', 'YearPlanChangeBody.startTime'].map((field) => [field, time]),
  ),
  ...Object.fromEntries(['ApplySeriesChangeBody.digest', 'AudienceBody.disclosureDigest', 'InviteBody.disclosureDigest', 'GuestInviteBody.disclosureDigest', 'ReplyBody.disclosureDigest', 'SendToSeriesBody.disclosureDigest', 'ApproveMinutesBody.digest', 'YearPlanChangeBody.digest'].map((field) => [field, digest])),
  ...Object.fromEntries(
    ['NewPersonBody.name', 'NewPersonBody.userName', 'NewMembershipBody.functionTitle', 'NewMembershipBody.unitTitle', 'PersonNamesBody.name', 'PersonNamesBody.userName', 'MembershipChangeBody.functionTitle', 'MembershipChangeBody.unitTitle', 'NewTokenBody.name', 'ContactBody.area', 'ContactBody.telephone', 'ContactBody.email', 'NewContactBody.area', 'NewContactBody.telephone', 'NewContactBody.email'].map((field) => [field, directory]),
  ),
  ...Object.fromEntries(['GuestInvitationBody.name', 'GuestInvitationBody.organisation'].map((field) => [field, 'only looked at; stored by GuestInviteBody'])),
  ...Object.fromEntries(['BasisSettingBody.label', 'BasisSettingBody.limits', 'BasisSettingBody.source'].map((field) => [field, statute])),
  'SeriesChangeBody.title': 'only looked at; stored by ApplySeriesChangeBody',
  'SeriesChangeBody.place': 'only looked at; stored by ApplySeriesChangeBody',
  ...Object.fromEntries(['CaldavBody.url', 'CaldavBody.user', 'CaldavBody.password'].map((field) => [field, 'as CalendarLinkBody.url'])),
  'CalendarLinkBody.url': 'must be fetched before it is kept; test/own-calendar.spec.ts looks for it and for what it gives in all that is kept',
  'NotCprBody.number': 'digits alone; test/cpr.spec.ts shows that a keyed fingerprint is all that is kept',
};
