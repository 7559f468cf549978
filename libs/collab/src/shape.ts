import { contentKind, typeKind, type Reference, type Struct } from './update-scan.js';

/** What a list of content is inside: a root, an element, a text, or the versions of one attribute. */
type Kind = 'collected' | 'title' | 'body' | 'paragraph' | 'heading' | 'bulletList' | 'orderedList' | 'listItem' | 'blockquote' | 'record' | 'hardBreak' | 'text' | 'attribute';

const blocks: readonly string[] = ['paragraph', 'heading', 'bulletList', 'orderedList', 'blockquote'];
const inline: readonly string[] = ['text', 'hardBreak'];

/** Which elements stand directly in which; the editor's schema (apps/web/src/collab/extensions.ts). */
const children: Readonly<Record<Kind, readonly string[]>> = {
  collected: [],
  title: [],
  body: [...blocks, 'record'],
  paragraph: inline,
  heading: inline,
  bulletList: ['listItem'],
  orderedList: ['listItem'],
  listItem: blocks,
  blockquote: blocks,
  record: [],
  hardBreak: [],
  text: [],
  attribute: [],
};

// A pasted list brings the type its page gave it, in words the page chose; longer ones are nobody's.
const attributes: Partial<Record<Kind, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  heading: { level: (value) => value === 1 || value === 2 },
  // A card holds an id alone; whether it names anything is asked when it is shown.
  record: { kind: (value) => value === 'decision' || value === 'followUp', id: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value) },
  orderedList: { start: (value) => typeof value === 'number', type: (value) => typeof value === 'string' && value.length <= 1_000 },
};

/** On with nothing further to say, or off. */
const markValues: readonly string[] = ['{}', 'true', 'null'];
const marks: readonly string[] = ['bold', 'italic'];

/**
 * A list of content that somebody may write into. One object for each, so that two neighbours stand in the same one
 * exactly when these are identical.
 */
export class Container {
  private attributes: Map<string, Container> | undefined;

  constructor(
    readonly kind: Kind,
    /** 1 directly in a root. */
    readonly depth: number,
    private readonly allows?: (value: unknown) => boolean,
    /** The element that it is the inside of; absent for roots and attributes. */
    readonly element?: Reference,
  ) {}

  /** Whether the editor knows the element only with something certain in it. */
  get needsContent(): boolean {
    return this.kind === 'listItem' || this.kind === 'bulletList' || this.kind === 'orderedList' || this.kind === 'blockquote';
  }

  /** The versions of one attribute; undefined when the editor knows none of that name here. */
  attribute(key: string): Container | undefined {
    if (this.kind === 'collected') return this;
    const allowed = attributes[this.kind];
    if (allowed === undefined || !Object.hasOwn(allowed, key)) return undefined;
    let container = this.attributes?.get(key);
    if (container === undefined) {
      container = new Container('attribute', this.depth, allowed[key]);
      this.attributes ??= new Map();
      this.attributes.set(key, container);
    }
    return container;
  }

  /** What the struct opens for others, when it is an element or a text. Unknown ones open nothing. */
  opens({ client, clock, kind, type, name }: Struct): Container | undefined {
    if (kind !== contentKind.type) return undefined;
    const inner = type === typeKind.xmlText ? 'text' : (name as Kind);
    return this.kind === 'collected' || !this.allowsElement(type, name) ? undefined : new Container(inner, this.depth + 1, undefined, { client, clock });
  }

  private allowsElement(type: number | undefined, name: string | undefined): boolean {
    if (type === typeKind.xmlText) return children[this.kind].includes('text');
    return type === typeKind.xmlElement && name !== undefined && name !== 'text' && children[this.kind].includes(name);
  }

  /**
   * Why the struct may not stand here. What the editor of a colleague does not know it deletes, in that colleague's
   * name: so whatever it would not have written itself is kept out.
   */
  fault({ kind, type, name, mark, value, length }: Struct): string | undefined {
    if (this.kind === 'collected' || kind === contentKind.deleted || kind === contentKind.collected) return undefined;
    if (this.kind === 'attribute') return kind === contentKind.any && length === 1 && this.allows?.(value) === true ? undefined : 'attribute value that the editor does not know';
    if (kind === contentKind.type) return this.allowsElement(type, name) ? undefined : 'element that does not belong here';
    if (kind === contentKind.format && this.kind === 'text') {
      return mark !== undefined && marks.includes(mark.key) && markValues.includes(mark.value) ? undefined : 'mark that the editor does not know';
    }
    if (kind === contentKind.string && (this.kind === 'text' || this.kind === 'title')) return undefined;
    return 'content that does not belong here';
  }
}

/** What was collected, or leans on it: nobody will ever see it. */
export const collected = new Container('collected', 0);
export const title = new Container('title', 1);
const roots: Readonly<Record<string, Container>> = { title, agenda: new Container('body', 1), minutes: new Container('body', 1) };

export function rootContainer(name: string): Container | undefined {
  return Object.hasOwn(roots, name) ? roots[name] : undefined;
}
