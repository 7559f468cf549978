import { ScimError } from './errors.js';
import { enterpriseAttributes, enterpriseSchema, groupAttributes, membershipAttributes, membershipSchema, notKept, readOnly, userAttributes, type Attribute } from './schemas.js';

/** A value as it is kept: only attributes of our schemas, by their own names. */
export type Complex = Record<string, string | boolean | string[]>;
/** The part of a resource that a client may write, flat: extensions stand beside the core. */
export type Document = Record<string, string | boolean | Complex | Complex[] | undefined>;

/** What an attribute name means in one kind of resource. */
export interface Shape {
  find(uri: string | null, name: string): Attribute | 'notKept' | 'readOnly' | undefined;
  extensions: readonly string[];
}

const shape = (core: readonly Attribute[], extensions: Readonly<Record<string, readonly Attribute[]>>): Shape => {
  // Maps, so that no name of a client's ever becomes the name of a property.
  const byName = (attributes: readonly Attribute[]) => new Map(attributes.map((one) => [one.name.toLowerCase(), one]));
  const known = new Map(Object.entries(extensions).map(([uri, attributes]) => [uri.toLowerCase(), byName(attributes)]));
  const own = byName(core);
  return {
    extensions: [...known.keys()],
    find(uri, name) {
      const key = name.toLowerCase();
      const isCore = uri === null || uri.startsWith('urn:ietf:params:scim:schemas:core:2.0:');
      const found = isCore ? own.get(key) : known.get(uri)?.get(key);
      if (found !== undefined) return found;
      if (isCore && readOnly.has(key)) return 'readOnly';
      return notKept.has(key) ? 'notKept' : undefined;
    },
  };
};

export const userShape = shape(userAttributes, { [enterpriseSchema]: enterpriseAttributes, [membershipSchema]: membershipAttributes });
export const groupShape = shape(groupAttributes, {});

const bad = (detail: string) => new ScimError(400, detail, 'invalidValue');
const longestText = 200;
const mostValues = 1_000;

/** One value of a simple attribute; undefined when it is taken away. @throws ScimError `invalidValue` */
export function simple(attribute: Attribute, value: unknown): string | boolean | string[] | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (attribute.multi) {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length > 50) throw bad(`${attribute.name} has too many values.`);
    return list.map((one) => text(attribute, one));
  }
  if (attribute.type === 'boolean') {
    if (typeof value === 'boolean') return value;
    // Entra ID says "True" and "False" in words.
    if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
    throw bad(`${attribute.name} is true or false.`);
  }
  return text(attribute, value);
}

function text({ name }: Attribute, value: unknown): string {
  if (typeof value !== 'string') throw bad(`${name} is text.`);
  const trimmed = value.trim();
  if (trimmed.length > longestText || /\p{Cc}/u.test(trimmed)) throw bad(`${name} has at most ${longestText} characters, and no control characters.`);
  return trimmed;
}

/** A complex value, its known parts only. Multi-valued ones may come as their `value` alone. @throws ScimError */
export function complex(attribute: Attribute, value: unknown): Complex {
  if (attribute.multi && typeof value === 'string' && attribute.subs!.some((one) => one.name === 'value')) return { value: text(attribute, value) };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${attribute.name} is an object.`);
  const kept: Complex = {};
  for (const [key, inner] of Object.entries(value)) {
    const sub = subOf(attribute, key);
    const given = sub === undefined ? undefined : simple(sub, inner);
    if (sub !== undefined && given !== undefined) kept[sub.name] = given;
  }
  return kept;
}

export const subOf = (attribute: Attribute, name: string): Attribute | undefined => attribute.subs?.find((one) => one.name.toLowerCase() === name.toLowerCase());

/** The values of a multi-valued complex attribute, however many come at once. @throws ScimError */
export function list(attribute: Attribute, value: unknown): Complex[] {
  const values: unknown[] = value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];
  if (values.length > mostValues) throw new ScimError(400, `${attribute.name} has at most ${mostValues} values in one request.`, 'tooMany');
  return values.map((one) => complex(attribute, one));
}

/** Any attribute as a whole. */
export function whole(attribute: Attribute, value: unknown): Document[string] {
  if (attribute.type !== 'complex') return simple(attribute, value) as string | boolean | undefined;
  return attribute.multi ? list(attribute, value) : value === null ? undefined : complex(attribute, value);
}

/** A body of POST or PUT (RFC 7643 §3). What is not ours is passed over. @throws ScimError */
export function documentOf(kind: Shape, body: unknown): Document {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ScimError(400, 'The body is a JSON object.', 'invalidSyntax');
  const document: Document = {};
  const read = (uri: string | null, part: object) => {
    for (const [key, value] of Object.entries(part)) {
      const attribute = kind.find(uri, key);
      if (typeof attribute === 'object') document[attribute.name] = whole(attribute, value);
      else if (uri === null && kind.extensions.includes(key.toLowerCase()) && typeof value === 'object' && value !== null) read(key.toLowerCase(), value);
    }
  };
  read(null, body);
  return document;
}
