import { memberFunctions } from '@lib/contracts/enums.js';
import { provisionedRoles } from '@lib/access/policy.js';

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
/** Ours: the memberships of a person, with function, unit and validity. */
export const membershipSchema = 'urn:samraad:params:scim:schemas:extension:membership:2.0:User';
export const listSchema = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

interface Attribute {
  name: string;
  type: 'string' | 'boolean' | 'complex' | 'dateTime';
  multi?: true;
  mutability?: 'readOnly' | 'immutable';
  required?: true;
  caseExact?: true;
  uniqueness?: 'server';
  values?: readonly string[];
  description: string;
  subs?: readonly Attribute[];
}

/** What is kept of a User; the rest of the core schema is accepted and not kept (PR16). */
export const userAttributes: readonly Attribute[] = [
  { name: 'userName', type: 'string', required: true, uniqueness: 'server', description: 'What the authority’s own systems call the person.' },
  { name: 'externalId', type: 'string', caseExact: true, description: 'The client’s own identifier.' },
  { name: 'displayName', type: 'string', description: 'The name that colleagues see.' },
  {
    name: 'name',
    type: 'complex',
    description: 'The parts of the name.',
    subs: [
      { name: 'formatted', type: 'string', description: 'The whole name.' },
      { name: 'givenName', type: 'string', description: 'Given name.' },
      { name: 'familyName', type: 'string', description: 'Family name.' },
    ],
  },
  { name: 'title', type: 'string', description: 'The function in words, of all her memberships here.' },
  { name: 'active', type: 'boolean', description: 'Whether the authority lets the person in.' },
  {
    name: 'emails',
    type: 'complex',
    multi: true,
    description: 'Where invitations to meetings are sent. One is kept: the primary one, else that of work, else the first.',
    subs: [
      { name: 'value', type: 'string', description: 'The address.' },
      { name: 'display', type: 'string', description: 'Not kept.' },
      { name: 'type', type: 'string', description: 'work is what is kept.' },
      { name: 'primary', type: 'boolean', description: 'The one that is kept.' },
    ],
  },
  {
    name: 'roles',
    type: 'complex',
    multi: true,
    description: 'Roles with a living or coming membership.',
    subs: [
      { name: 'value', type: 'string', values: provisionedRoles, description: 'The role.' },
      { name: 'display', type: 'string', description: 'Not kept.' },
      { name: 'type', type: 'string', description: 'Not kept.' },
      { name: 'primary', type: 'boolean', description: 'The first of them.' },
    ],
  },
];

export const enterpriseAttributes: readonly Attribute[] = [{ name: 'department', type: 'string', description: 'The unit, of all her memberships here.' }];

export const membershipAttributes: readonly Attribute[] = [
  {
    name: 'memberships',
    type: 'complex',
    multi: true,
    description: 'What the person is in the authority, and for how long.',
    subs: [
      { name: 'id', type: 'string', caseExact: true, mutability: 'immutable', description: 'Given by the server.' },
      { name: 'role', type: 'string', required: true, mutability: 'immutable', values: provisionedRoles, description: 'The role.' },
      { name: 'functions', type: 'string', multi: true, values: memberFunctions, description: 'Functions of the closed list.' },
      { name: 'functionTitle', type: 'string', description: 'The function in words.' },
      { name: 'unit', type: 'string', description: 'The unit in words.' },
      { name: 'validFrom', type: 'dateTime', description: 'From this instant; a date is its beginning in Denmark.' },
      { name: 'validTo', type: 'dateTime', description: 'Until this instant; a date is its end in Denmark.' },
    ],
  },
];

export const groupAttributes: readonly Attribute[] = [
  { name: 'displayName', type: 'string', required: true, mutability: 'immutable', uniqueness: 'server', description: 'The role, as user management finds it.' },
  { name: 'externalId', type: 'string', caseExact: true, description: 'The client’s own identifier.' },
  {
    name: 'members',
    type: 'complex',
    multi: true,
    description: 'Who has the role.',
    subs: [
      { name: 'value', type: 'string', caseExact: true, mutability: 'immutable', description: 'Id of a User.' },
      { name: '$ref', type: 'string', description: 'Its address.' },
      { name: 'type', type: 'string', values: ['User'], description: 'User.' },
      { name: 'display', type: 'string', mutability: 'readOnly', description: 'Its name.' },
    ],
  },
];

/** Of the core and enterprise schemas, and accepted without being kept: the product has no use for them. */
export const notKept: ReadonlySet<string> = new Set(
  ['nickName', 'profileUrl', 'userType', 'preferredLanguage', 'locale', 'timezone', 'password', 'phoneNumbers', 'ims', 'photos', 'addresses', 'entitlements', 'x509Certificates', 'employeeNumber', 'costCenter', 'organization', 'division', 'manager'].map((one) => one.toLowerCase()),
);
/** The server's own. */
export const readOnly: ReadonlySet<string> = new Set(['id', 'meta', 'groups', 'schemas']);

const described = (one: Attribute): object => ({
  name: one.name,
  type: one.type,
  multiValued: one.multi ?? false,
  description: one.description,
  required: one.required ?? false,
  ...(one.type === 'complex' ? { subAttributes: one.subs!.map(described) } : { caseExact: one.caseExact ?? false }),
  mutability: one.mutability ?? 'readWrite',
  returned: 'default',
  uniqueness: one.uniqueness ?? 'none',
  ...(one.values === undefined ? {} : { canonicalValues: one.values }),
});

const schema = (id: string, name: string, description: string, attributes: readonly Attribute[], base: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
  id,
  name,
  description,
  attributes: attributes.map(described),
  meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` },
});

export const schemas = (base: string) => [
  schema(userSchema, 'User', 'A person of the authority', userAttributes, base),
  schema(enterpriseSchema, 'EnterpriseUser', 'Enterprise user', enterpriseAttributes, base),
  schema(membershipSchema, 'Memberships', 'What a person is in the authority', membershipAttributes, base),
  schema(groupSchema, 'Group', 'Those who have one role', groupAttributes, base),
];

export const resourceTypes = (base: string) => [
  {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: 'User',
    name: 'User',
    endpoint: '/Users',
    schema: userSchema,
    schemaExtensions: [
      { schema: enterpriseSchema, required: false },
      { schema: membershipSchema, required: false },
    ],
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/User` },
  },
  { schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'], id: 'Group', name: 'Group', endpoint: '/Groups', schema: groupSchema, meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/Group` } },
];

export const mostResults = 200;

export const serviceProviderConfig = (base: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: mostResults },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [{ type: 'oauthbearertoken', name: 'Bearer token', description: 'A key that an administrator of the authority makes in Samråd.', primary: true }],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
});

export type { Attribute };
