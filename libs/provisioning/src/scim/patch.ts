import { complex, list, simple, subOf, whole, type Complex, type Document, type Shape } from './document.js';
import { ScimError } from './errors.js';
import { matches, parseAttributePath, parseFilter, type Filter } from './filter.js';
import { patchSchema, type Attribute } from './schemas.js';

type Verb = 'add' | 'replace' | 'remove';
interface Target {
  attribute: Attribute;
  filter: Filter | null;
  sub: Attribute | null;
}

const mostOperations = 100;
const syntax = (detail: string) => new ScimError(400, detail, 'invalidSyntax');

/**
 * Applies a PATCH (RFC 7644 §3.5.2), all of it or nothing, to what is kept of a resource. Reads besides what Entra ID
 * sends: verbs in capitals, booleans in words, dotted names within a value.
 *
 * @returns a new document; the given one stays as it was
 * @throws ScimError
 */
export function patched(kind: Shape, before: Document, body: unknown): Document {
  if (typeof body !== 'object' || body === null) throw syntax('The body is a JSON object.');
  const entries = Object.entries(body);
  const schemas = entries.find(([key]) => key.toLowerCase() === 'schemas')?.[1] as unknown;
  const operations = entries.find(([key]) => key.toLowerCase() === 'operations')?.[1] as unknown;
  if (!Array.isArray(schemas) || !schemas.includes(patchSchema)) throw syntax(`The body names the schema ${patchSchema}.`);
  if (!Array.isArray(operations) || operations.length === 0) throw syntax('Operations is a list.');
  if (operations.length > mostOperations) throw new ScimError(413, `At most ${mostOperations} operations in one request.`);
  const document = structuredClone(before);
  for (const operation of operations as unknown[]) applyOne(kind, document, operation);
  return document;
}

function applyOne(kind: Shape, document: Document, operation: unknown): void {
  if (typeof operation !== 'object' || operation === null) throw syntax('An operation is an object.');
  const { op, path, value } = operation as Record<string, unknown>;
  const verb = typeof op === 'string' ? op.toLowerCase() : '';
  if (verb !== 'add' && verb !== 'replace' && verb !== 'remove') throw syntax('op is add, replace or remove.');
  if (path !== undefined && path !== null && path !== '') {
    if (typeof path !== 'string') throw new ScimError(400, 'path is text.', 'invalidPath');
    const target = targetOf(kind, path);
    if (target !== null) apply(document, verb, target, value);
    return;
  }
  if (verb === 'remove') throw new ScimError(400, 'remove needs a path.', 'noTarget');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ScimError(400, 'Without a path the value is an object.', 'invalidValue');
  for (const [key, inner] of Object.entries(value)) {
    if (kind.extensions.includes(key.toLowerCase()) && typeof inner === 'object' && inner !== null) {
      for (const [name, part] of Object.entries(inner)) applyNamed(kind, document, verb, `${key}:${name}`, part);
    } else applyNamed(kind, document, verb, key, inner);
  }
}

/** A name within a value: what is not ours is passed over, as in a body of PUT. */
function applyNamed(kind: Shape, document: Document, verb: Verb, name: string, value: unknown): void {
  let target: Target | null;
  try {
    target = targetOf(kind, name);
  } catch (error) {
    if (error instanceof ScimError && (error.scimType === 'invalidPath' || error.scimType === 'mutability')) return;
    throw error;
  }
  if (target !== null) apply(document, verb, target, value);
}

/** @returns null for what is accepted and not kept */
function targetOf(kind: Shape, path: string): Target | null {
  const fail = () => new ScimError(400, 'The path names nothing here.', 'invalidPath');
  if (path.length > 2_000) throw fail();
  const open = path.indexOf('[');
  const close = path.lastIndexOf(']');
  const hasFilter = open !== -1 && close > open;
  const rest = hasFilter ? path.slice(close + 1) : '';
  if (hasFilter && rest !== '' && !rest.startsWith('.')) throw fail();
  const { uri, attribute: name, sub } = parseAttributePath(hasFilter ? path.slice(0, open) + rest : path, fail);
  const attribute = kind.find(uri, name);
  if (attribute === undefined) throw fail();
  if (attribute === 'notKept') return null;
  if (attribute === 'readOnly') throw new ScimError(400, `${name} is the server’s own.`, 'mutability');
  const part = sub === null ? null : subOf(attribute, sub);
  if (part === undefined) throw fail();
  if (hasFilter && attribute.multi !== true) throw fail();
  return { attribute, filter: hasFilter ? parseFilter(path.slice(open + 1, close)) : null, sub: part };
}

function apply(document: Document, verb: Verb, { attribute, filter, sub }: Target, value: unknown): void {
  const { name } = attribute;
  if (attribute.multi && attribute.type === 'complex') {
    const now = (document[name] as Complex[] | undefined) ?? [];
    document[name] = filter === null && sub === null ? wholeList(verb, attribute, now, value) : chosen(verb, attribute, now, filter, sub, value);
    return;
  }
  if (verb === 'remove') {
    if (attribute.required) throw new ScimError(400, `${name} cannot be removed.`, 'mutability');
    if (sub === null) delete document[name];
    else if (document[name] !== undefined) delete (document[name] as Complex)[sub.name];
    return;
  }
  if (attribute.type !== 'complex') {
    set(document, name, whole(attribute, value));
    return;
  }
  const parts = (document[name] as Complex | undefined) ?? {};
  document[name] = sub === null ? { ...(verb === 'add' ? parts : {}), ...parts, ...complex(attribute, value) } : parts;
  if (sub !== null) set(parts, sub.name, simple(sub, value));
}

function wholeList(verb: Verb, attribute: Attribute, now: Complex[], value: unknown): Complex[] {
  if (verb === 'replace') return list(attribute, value);
  if (verb === 'add') {
    const known = new Set(now.map(keyOf));
    return [...now, ...list(attribute, value).filter((one) => !known.has(keyOf(one)))];
  }
  // Entra ID names in the value what goes, beside the path of the list.
  if (value === undefined || value === null) return [];
  const gone = new Set(list(attribute, value).map(keyOf));
  return now.filter((one) => !gone.has(keyOf(one)));
}

/** The same person in a group, the same role: told by `value`, else by everything. In a set, so that long lists cost no more than their length. */
const keyOf = (one: Complex): string => JSON.stringify('value' in one ? { value: one.value } : one);

function chosen(verb: Verb, attribute: Attribute, now: Complex[], filter: Filter | null, sub: Attribute | null, value: unknown): Complex[] {
  const isMeant = (one: Complex) => filter === null || matches(filter, one);
  if (verb === 'remove') {
    if (sub === null) return now.filter((one) => !isMeant(one));
    return now.map((one) => (isMeant(one) ? Object.fromEntries(Object.entries(one).filter(([key]) => key !== sub.name)) : one));
  }
  const change: Complex = {};
  if (sub === null) Object.assign(change, complex(attribute, value));
  else set(change, sub.name, simple(sub, value));
  if (now.some(isMeant)) return now.map((one) => (isMeant(one) ? { ...one, ...change } : one));
  // “add” where nothing is meant yet makes it, with what the filter says of it.
  if (verb === 'replace' || filter === null) throw new ScimError(400, 'The path meets no value.', 'noTarget');
  return [...now, { ...said(attribute, filter), ...change }];
}

function said(attribute: Attribute, filter: Filter): Complex {
  if (filter.op === 'and') return Object.assign({}, ...filter.filters.map((one) => said(attribute, one))) as Complex;
  const known: Complex = {};
  if (filter.op !== 'eq') return known;
  const sub = subOf(attribute, filter.path.attribute);
  if (sub !== undefined) set(known, sub.name, simple(sub, filter.value));
  return known;
}

function set<T extends Document | Complex>(target: T, name: string, value: T[string] | undefined): void {
  if (value === undefined) delete target[name];
  else (target as Record<string, unknown>)[name] = value;
}
