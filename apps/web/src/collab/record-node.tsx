import { mergeAttributes, Node, type Editor } from '@tiptap/core';
import { NodeSelection, Plugin, TextSelection } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { NodeViewWrapper, ReactNodeViewRenderer, type ReactNodeViewProps } from '@tiptap/react';
import { useContext } from 'react';
import { RecordCards, type RecordCardProps, type RecordCommand } from './record-cards.js';

/**
 * A decision or follow-up at the place in the text where it was recorded. The text holds its id alone: words, state and
 * who may read them come from the server each time, and taking the card away takes nothing back.
 */
export const RecordNode = Node.create({
  name: 'record',
  group: 'record',
  atom: true,
  selectable: true,
  addAttributes: () => ({ kind: { default: 'decision' }, id: { default: '' } }),
  parseHTML: () => [
    {
      tag: 'div[data-record]',
      getAttrs: (element) => {
        const { record = '', id = '' } = element.dataset;
        return isRecord(record, id) ? { kind: record, id } : false;
      },
    },
  ],
  renderHTML: ({ node, HTMLAttributes }) => ['div', mergeAttributes(HTMLAttributes, { 'data-record': String(node.attrs.kind), 'data-id': String(node.attrs.id) })],
  addNodeView: () => ReactNodeViewRenderer(Card),
  addProseMirrorPlugins: () => [
    new Plugin({
      props: {
        handleTextInput: (view, _from, _to, text) => {
          if (!goBelow(view)) return false;
          view.dispatch(view.state.tr.insertText(text).scrollIntoView());
          return true;
        },
        handlePaste: (view, _event, slice) => {
          // Of a picture nothing comes into the text.
          if (slice.size > 0) goBelow(view);
          return false;
        },
        handleDOMEvents: {
          compositionstart: (view) => {
            goBelow(view);
            return false;
          },
        },
      },
    }),
  ],
});

/**
 * A card is selected as a whole by a click or an arrow, and what is written then would stand in its place, for everybody.
 * It goes onto a line below instead; only deleting takes a card away.
 */
function goBelow(view: EditorView): boolean {
  const { selection, schema, doc, tr } = view.state;
  if (!view.editable || !(selection instanceof NodeSelection) || selection.node.type.name !== 'record') return false;
  const below = doc.resolve(selection.to).nodeAfter;
  if (below?.type.name !== 'paragraph' || below.content.size > 0) tr.insert(selection.to, schema.nodes.paragraph!.create());
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, selection.to + 1)));
  return true;
}

const isRecord = (kind: unknown, id: unknown): boolean => (kind === 'decision' || kind === 'followUp') && typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

function Card({ node, selected }: ReactNodeViewProps) {
  const Shown = useContext(RecordCards);
  const { kind, id } = node.attrs as RecordCardProps;
  return (
    <NodeViewWrapper className={selected ? 'record-card record-card-selected' : 'record-card'} contentEditable={false}>
      {Shown && isRecord(kind, id) && <Shown kind={kind} id={id} />}
    </NodeViewWrapper>
  );
}

/** Puts the card behind the block in which the caret last stood, in the place of an empty one, and goes on below it. */
export function insertRecord(editor: Editor, kind: RecordCommand, id: string): void {
  if (!editor.isEditable) return;
  const { $from } = editor.state.selection;
  const depth = $from.depth === 0 ? 0 : 1;
  const block = depth === 0 ? editor.state.doc.lastChild : $from.node(1);
  const start = depth === 0 ? editor.state.doc.content.size - (block?.nodeSize ?? 0) : $from.before(1);
  const end = start + (block?.nodeSize ?? 0);
  const isEmpty = block?.type.name === 'paragraph' && block.content.size === 0;
  const card = { type: 'record', attrs: { kind, id } };
  const needsLine = end >= editor.state.doc.content.size || isEmpty;
  editor
    .chain()
    // An empty line stays, below the card: somebody else may be about to write in it.
    .insertContentAt(isEmpty ? start : end, needsLine && !isEmpty ? [card, { type: 'paragraph' }] : card)
    .setTextSelection((isEmpty ? start : end) + 2)
    .run();
}
