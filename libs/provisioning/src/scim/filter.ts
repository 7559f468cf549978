import { ScimError } from './errors.js';

/**
 * Filters of RFC 7644 §3.4.2.2. Own, because what the registry offers doubles backslashes in values, descends as deep as
 * the sender likes or multiplies `and` over `or` (docs/adr/0022). Bounded in length, parts and depth.
 */

export interface AttributePath {
  /** Of the schema, where one is named; in small letters. */
  uri: string | null;
  attribute: string;
  sub: string | null;
}

type Value = string | number | boolean | null;
const comparisons = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
type Comparison = (typeof comparisons)[number];

export type Filter =
  | { op: 'and' | 'or'; filters: Filter[] }
  | { op: 'not'; filter: Filter }
  | { op: 'pr'; path: AttributePath }
  | { op: Comparison; path: AttributePath; value: Value }
  | { op: 'some'; path: AttributePath; filter: Filter };

const longest = 2_000;
const mostTokens = 300;
const deepest = 12;

const token = /\s*(?:(?<mark>[()[\]])|(?<text>"(?:[^"\\]|\\.)*")|(?<word>[^\s()[\]"]+))/y;

/** @throws ScimError `invalidFilter` */
export function parseFilter(text: string): Filter {
  return new Parser(text).whole();
}

/** “attr”, “attr.sub”, “urn:…:attr.sub”. @throws ScimError */
export function parseAttributePath(text: string, fail: () => ScimError = invalid): AttributePath {
  const match = /^(?:(urn:[\w.:+-]{1,200}):)?([A-Za-z$][\w$-]{0,60})(?:\.([A-Za-z$][\w$-]{0,60}))?$/i.exec(text);
  if (match === null) throw fail();
  return { uri: match[1]?.toLowerCase() ?? null, attribute: match[2]!, sub: match[3] ?? null };
}

const invalid = () => new ScimError(400, 'The filter cannot be read.', 'invalidFilter');

class Parser {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(text: string) {
    if (text.length > longest) throw new ScimError(400, `A filter has at most ${longest} characters.`, 'invalidFilter');
    token.lastIndex = 0;
    const end = text.trimEnd().length;
    while (token.lastIndex < end) {
      const match = token.exec(text);
      if (match === null || this.tokens.length >= mostTokens) throw invalid();
      this.tokens.push(match[0].trimStart());
    }
  }

  whole(): Filter {
    const filter = this.either(0);
    if (this.at !== this.tokens.length) throw invalid();
    return filter;
  }

  private either(depth: number): Filter {
    if (depth > deepest) throw new ScimError(400, 'The filter is too deep.', 'invalidFilter');
    return this.joined('or', () => this.joined('and', () => this.one(depth)));
  }

  private joined(word: 'and' | 'or', next: () => Filter): Filter {
    const filters = [next()];
    while (this.tokens[this.at]?.toLowerCase() === word) {
      this.at += 1;
      filters.push(next());
    }
    return filters.length === 1 ? filters[0]! : { op: word, filters };
  }

  private one(depth: number): Filter {
    const first = this.take();
    if (first === '(') return this.closed(')', depth);
    if (first.toLowerCase() === 'not') {
      if (this.take() !== '(') throw invalid();
      return { op: 'not', filter: this.closed(')', depth) };
    }
    const path = parseAttributePath(first);
    const op = this.take().toLowerCase();
    if (op === '[') return { op: 'some', path, filter: this.closed(']', depth) };
    if (op === 'pr') return { op, path };
    if (!(comparisons as readonly string[]).includes(op)) throw invalid();
    return { op: op as Comparison, path, value: valueOf(this.take()) };
  }

  private closed(mark: string, depth: number): Filter {
    const filter = this.either(depth + 1);
    if (this.take() !== mark) throw invalid();
    return filter;
  }

  private take(): string {
    const next = this.tokens[this.at];
    if (next === undefined) throw invalid();
    this.at += 1;
    return next;
  }
}

/** A JSON value that is no object (RFC 7644, figure 1). */
function valueOf(text: string): Value {
  // Entra ID writes its booleans in capitals.
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || ['string', 'number'].includes(typeof value)) return value as Value;
  } catch {
    // Falls through.
  }
  throw invalid();
}

/** Attributes whose case counts (RFC 7643 §3.1, §4.1); all others are compared without it. */
const caseExact = new Set(['id', 'externalid', '$ref', 'version', 'location']);
const instants = new Set(['created', 'lastmodified', 'validfrom', 'validto']);

/** Whether a resource, or one value of it, lies within a filter. Only its own properties are looked at. */
export function matches(filter: Filter, resource: unknown): boolean {
  switch (filter.op) {
    case 'and':
      return filter.filters.every((one) => matches(one, resource));
    case 'or':
      return filter.filters.some((one) => matches(one, resource));
    case 'not':
      return !matches(filter.filter, resource);
    case 'some':
      return valuesAt(filter.path, resource).some((value) => matches(filter.filter, value));
    case 'pr':
      return valuesAt(filter.path, resource).some((value) => value !== '' && value !== null);
    case 'ne':
      return !matches({ ...filter, op: 'eq' }, resource);
    default: {
      const { path, value, op } = filter;
      const found = valuesAt(path, resource);
      if (value === null) return op === 'eq' && found.length === 0;
      return found.some((one) => compares(op, one, value, (path.sub ?? path.attribute).toLowerCase()));
    }
  }
}

function valuesAt({ uri, attribute, sub }: AttributePath, resource: unknown): unknown[] {
  // The core schemas are the resource itself; an extension is a property of it, by its whole name.
  const isExtension = uri !== null && !uri.startsWith('urn:ietf:params:scim:schemas:core:');
  const base = isExtension ? ownValues(resource, uri) : [resource];
  const found = base.flatMap((one) => ownValues(one, attribute));
  return sub === null ? found : found.flatMap((one) => ownValues(one, sub));
}

function ownValues(of: unknown, name: string): unknown[] {
  if (typeof of !== 'object' || of === null) return [];
  const wanted = name.toLowerCase();
  const key = Object.keys(of).find((one) => one.toLowerCase() === wanted);
  const value = key === undefined ? undefined : (of as Record<string, unknown>)[key];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function compares(op: Exclude<Comparison, 'ne'>, found: unknown, value: Exclude<Value, null>, name: string): boolean {
  // A complex value stands for its `value` (RFC 7644 §3.4.2.2).
  const plain = typeof found === 'object' && found !== null ? ownValues(found, 'value')[0] : found;
  if (typeof plain === 'boolean') {
    const wanted = typeof value === 'string' ? value.toLowerCase() === 'true' : value;
    if (op !== 'eq') throw new ScimError(400, 'A boolean is compared by eq and ne only.', 'invalidFilter');
    return plain === wanted;
  }
  if (typeof plain !== 'string') return false;
  if (instants.has(name) && ['eq', 'gt', 'ge', 'lt', 'le'].includes(op)) {
    const [a, b] = [Date.parse(plain), Date.parse(String(value))];
    if (Number.isNaN(b)) throw new ScimError(400, 'The filter compares with what is no date.', 'invalidFilter');
    return ordered(op, a, b);
  }
  const exact = caseExact.has(name);
  const [a, b] = exact ? [plain, String(value)] : [plain.toLowerCase(), String(value).toLowerCase()];
  if (op === 'co') return a.includes(b);
  if (op === 'sw') return a.startsWith(b);
  if (op === 'ew') return a.endsWith(b);
  return ordered(op, a, b);
}

function ordered<T extends string | number>(op: string, a: T, b: T): boolean {
  if (op === 'eq') return a === b;
  if (op === 'gt') return a > b;
  if (op === 'ge') return a >= b;
  if (op === 'lt') return a < b;
  return a <= b;
}
