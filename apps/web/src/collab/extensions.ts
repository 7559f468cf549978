import { Extension, mergeAttributes, Node, type AnyExtension } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret';
import { Placeholder } from '@tiptap/extensions';
import { Plugin, TextSelection } from '@tiptap/pm/state';
import StarterKit from '@tiptap/starter-kit';
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import { readPresence } from './presence.js';
import type { SamraadProvider } from './provider.js';
import type { RecordCommand } from './record-cards.js';
import { RecordNode } from './record-node.js';

export type RichField = 'agenda' | 'minutes';

/** In both languages at all times: who writes beside somebody types what she knows. */
const typedCommands: Readonly<Record<string, RecordCommand>> = { '/beslutning': 'decision', '/decision': 'decision', '/opfølgning': 'followUp', '/followup': 'followUp' };

/**
 * Two levels, counted within the text. On the page they stand below the heading of their field (h3), so they are
 * shown as h4 and h5 whatever is stored; pasted headings of any rank become one of the two.
 */
const Heading = Node.create({
  name: 'heading',
  group: 'block',
  content: 'inline*',
  defining: true,
  addAttributes: () => ({ level: { default: 1, rendered: false } }),
  parseHTML: () => [
    ...['h1', 'h2', 'h3', 'h4'].map((tag) => ({ tag, attrs: { level: 1 } })),
    ...['h5', 'h6'].map((tag) => ({ tag, attrs: { level: 2 } })),
  ],
  renderHTML: ({ node, HTMLAttributes }) => [node.attrs.level === 2 ? 'h5' : 'h4', mergeAttributes(HTMLAttributes), 0],
});

/** `/beslutning` or `/opfølgning` (`/decision`, `/followup`) alone on a line, then Enter; Ctrl+Alt+B and Ctrl+Alt+O from anywhere in the text. */
function recordKeys(open: (command: RecordCommand) => void): AnyExtension {
  return Extension.create({
    name: 'recordKeys',
    priority: 1_100,
    addKeyboardShortcuts() {
      const run = (command: RecordCommand) => () => {
        open(command);
        return true;
      };
      return {
        'Mod-Alt-b': run('decision'),
        'Ctrl-Alt-b': run('decision'),
        'Mod-Alt-o': run('followUp'),
        'Ctrl-Alt-o': run('followUp'),
        Enter: ({ editor }) => {
          const { $from, empty } = editor.state.selection;
          const command = typedCommands[$from.parent.textContent.trim().toLowerCase()];
          if (!empty || command === undefined) return false;
          editor.chain().deleteRange({ from: $from.start(), to: $from.end() }).run();
          return run(command)();
        },
      };
    },
  });
}

/** Cards of what was recorded stand between the blocks, never within a list or quotation. */
const Body = Node.create({ name: 'doc', topNode: true, content: '(block | record)+' });

/** Nesting by Ctrl+] and Ctrl+[: Tab belongs to the page. */
const ListNesting = Extension.create({
  name: 'listNesting',
  addKeyboardShortcuts() {
    return {
      'Mod-]': () => this.editor.commands.sinkListItem('listItem'),
      'Mod-[': () => this.editor.commands.liftListItem('listItem'),
    };
  },
});

/**
 * A caret in an empty paragraph stays where it is when a colleague begins to write there. y-tiptap knows such a place only
 * as “the end of the paragraph”, so the caret would follow the first letter and then stand inside the colleague's word.
 */
const StillCaret = Extension.create({
  name: 'stillCaret',
  addProseMirrorPlugins: () => [
    new Plugin({
      appendTransaction(transactions, before, after) {
        const isRemote = transactions.some((one) => {
          const meta = one.getMeta(ySyncPluginKey) as { isChangeOrigin?: boolean; isUndoRedoOperation?: boolean } | undefined;
          return meta?.isChangeOrigin === true && meta.isUndoRedoOperation !== true;
        });
        const { $from: was, empty } = before.selection;
        if (!isRemote || !empty || !was.parent.isTextblock || was.parent.content.size > 0) return null;
        const { $from: now, empty: isCaret } = after.selection;
        if (!isCaret || !now.parent.isTextblock || now.parentOffset === 0 || now.parentOffset !== now.parent.content.size) return null;
        return after.tr.setSelection(TextSelection.create(after.doc, now.start())).setMeta('addToHistory', false);
      },
    }),
  ],
});

interface Options {
  provider: SamraadProvider;
  field: RichField;
  /** Asked at every change, since the language may change. */
  placeholder: () => string;
  onRecord?: ((command: RecordCommand) => void) | undefined;
}

export function extensionsFor({ provider, field, placeholder, onRecord }: Options): AnyExtension[] {
  return [
    StarterKit.configure({
      // Yjs keeps the history: undo takes back one's own words only.
      undoRedo: false,
      document: false,
      heading: false,
      link: false,
      code: false,
      codeBlock: false,
      strike: false,
      underline: false,
      horizontalRule: false,
      dropcursor: false,
      gapcursor: false,
      // It would write an empty paragraph into the document of somebody who only reads.
      trailingNode: false,
    }),
    Body,
    RecordNode,
    Heading,
    ListNesting,
    StillCaret,
    Placeholder.configure({ placeholder }),
    Collaboration.configure({ fragment: provider.doc.getXmlFragment(field) }),
    // `user` stays empty: the server writes who it is, so that nobody can lend a name.
    CollaborationCaret.configure({ provider, user: {}, render: caret, selectionRender: selection }),
    ...(onRecord ? [recordKeys(onRecord)] : []),
  ];
}

function caret(user: Record<string, unknown>): HTMLElement {
  const person = readPresence(user);
  const mark = document.createElement('span');
  mark.className = 'caret';
  mark.style.borderColor = person?.color ?? '#454545';
  // Names of others inside the text would be read as if they had been written there; who is here stands above it.
  mark.setAttribute('aria-hidden', 'true');
  if (person) {
    const label = document.createElement('span');
    label.className = 'caret-label';
    label.style.borderColor = person.color;
    label.textContent = person.name;
    mark.append(label);
  }
  return mark;
}

function selection(user: Record<string, unknown>): Record<string, string> {
  const person = readPresence(user);
  return person ? { nodeName: 'span', style: `background-color: ${person.color}26` } : {};
}
