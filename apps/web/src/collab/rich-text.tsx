import { EditorContent, useEditor, useEditorState, type Editor } from '@tiptap/react';
import { useEffect, useImperativeHandle, useMemo, useRef, type KeyboardEvent, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../shell/icon.js';
import { extensionsFor, type RichField } from './extensions.js';
import type { SamraadProvider } from './provider.js';
import type { RecordCommand } from './record-cards.js';
import { insertRecord } from './record-node.js';

export interface RichTextHandle {
  /** Puts the caret back where it last stood. */
  focus: () => void;
  text: () => string;
  /** A card of what was recorded, where the caret last stood. */
  insertRecord: (command: RecordCommand, id: string) => void;
  /** Paragraphs at the end. */
  append: (lines: readonly string[]) => void;
}

interface RichTextProps {
  provider: SamraadProvider;
  field: RichField;
  label: string;
  placeholder: string;
  editable: boolean;
  onRecord?: (command: RecordCommand) => void;
  handle?: Ref<RichTextHandle>;
}

/** One rich field of the document. Mount it only when the document has been loaded. */
export function RichText({ provider, field, label, placeholder, editable, onRecord, handle }: RichTextProps) {
  // The extensions are built once; they must call the newest handler.
  const record = useRef(onRecord);
  useEffect(() => {
    record.current = onRecord;
  });
  // The words follow the language without a new editor, which would lose the caret.
  const words = useRef({ label, placeholder });
  const records = onRecord !== undefined;
  const extensions = useMemo(
    () => extensionsFor({ provider, field, placeholder: () => words.current.placeholder, onRecord: records ? (command: RecordCommand) => record.current?.(command) : undefined }),
    [provider, field, records],
  );
  const editor = useEditor(
    {
      editable,
      // Its style element would need 'unsafe-inline'; collab.css carries the same rules.
      injectCSS: false,
      extensions,
      editorProps: {
        // What people write is Danish, whatever language surrounds it.
        attributes: () => ({ role: 'textbox', 'aria-multiline': 'true', 'aria-label': words.current.label, class: 'rich-text', lang: 'da' }),
        // Handled here means: left to the browser, which moves focus. In lists Tiptap would keep it.
        handleDOMEvents: { keydown: (_view, event) => event.key === 'Tab' },
      },
    },
    [extensions],
  );

  useEffect(() => {
    words.current = { label, placeholder };
    editor.view.updateState(editor.state);
  }, [editor, label, placeholder]);

  useEffect(() => {
    editor.setEditable(editable, false);
    editor.view.dom.setAttribute('aria-readonly', String(!editable));
  }, [editor, editable]);

  useImperativeHandle(handle, () => ({
    focus: () => void editor.commands.focus(),
    text: () => editor.getText({ blockSeparator: '\n' }),
    insertRecord: (command, id) => insertRecord(editor, command, id),
    append: (lines) => {
      if (lines.length === 0) return;
      const paragraphs = lines.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] }));
      editor.commands.insertContentAt(editor.state.doc.content.size, paragraphs);
    },
  }));

  return (
    <div className={editable ? 'rich-field' : 'rich-field rich-field-readonly'}>
      {editable && <Toolbar editor={editor} label={label} />}
      <EditorContent editor={editor} />
    </div>
  );
}

interface Tool {
  key: 'bold' | 'italic' | 'heading' | 'bulletList' | 'orderedList' | 'blockquote';
  icon: IconName;
  run: (editor: Editor) => void;
}

const tools: readonly Tool[] = [
  { key: 'bold', icon: 'bold', run: (editor) => editor.chain().focus().toggleBold().run() },
  { key: 'italic', icon: 'italic', run: (editor) => editor.chain().focus().toggleItalic().run() },
  { key: 'heading', icon: 'heading', run: (editor) => editor.chain().focus().toggleNode('heading', 'paragraph', { level: 1 }).run() },
  { key: 'bulletList', icon: 'bullets', run: (editor) => editor.chain().focus().toggleBulletList().run() },
  { key: 'orderedList', icon: 'numbers', run: (editor) => editor.chain().focus().toggleOrderedList().run() },
  { key: 'blockquote', icon: 'quote', run: (editor) => editor.chain().focus().toggleBlockquote().run() },
];

function Toolbar({ editor, label }: { editor: Editor; label: string }) {
  const { t } = useTranslation();
  const active = useEditorState({ editor, selector: ({ editor: now }) => tools.map(({ key }) => now.isActive(key)) });

  // One stop for Tab; the arrows walk inside (ARIA toolbar pattern).
  const walk = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const target = buttons[(at + step + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === target ? 0 : -1;
    target?.focus();
  };

  return (
    <div className="rich-toolbar" role="toolbar" aria-label={t('editor.toolbar', { field: label })} onKeyDown={walk}>
      {tools.map(({ key, icon, run }, index) => (
        <button
          key={key}
          type="button"
          className="tool"
          tabIndex={index === 0 ? 0 : -1}
          aria-pressed={active[index]}
          aria-label={t(`editor.${key}`)}
          title={t(`editor.${key}`)}
          // The selection must stay in the text while the button is pressed.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => run(editor)}
        >
          <Icon name={icon} />
        </button>
      ))}
    </div>
  );
}
