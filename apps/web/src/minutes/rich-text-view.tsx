import { Fragment } from 'react';
import type { Block, Inline, RichText } from '@lib/contracts/rich-text.js';

/** Words with their structure, as they were written. What people write is Danish. */
export function RichTextView({ text }: { text: RichText }) {
  return (
    <div className="rich-text" lang="da">
      <Blocks text={text} />
    </div>
  );
}

function Blocks({ text }: { text: RichText }) {
  return text.map((block, n) => <BlockView key={n} block={block} />);
}

function BlockView({ block }: { block: Block }) {
  switch (block.type) {
    case 'paragraph':
      return (
        <p>
          <Inlines content={block.content} />
        </p>
      );
    case 'heading': {
      // Below the heading of the item and that of the field.
      const Heading = block.level === 1 ? 'h5' : 'h6';
      return (
        <Heading>
          <Inlines content={block.content} />
        </Heading>
      );
    }
    case 'bulletList':
      return (
        <ul>
          {block.items.map((item, n) => (
            <li key={n}>
              <Blocks text={item} />
            </li>
          ))}
        </ul>
      );
    case 'orderedList':
      return (
        <ol start={block.start}>
          {block.items.map((item, n) => (
            <li key={n}>
              <Blocks text={item} />
            </li>
          ))}
        </ol>
      );
    case 'blockquote':
      return (
        <blockquote>
          <Blocks text={block.blocks} />
        </blockquote>
      );
  }
}

function Inlines({ content }: { content: readonly Inline[] }) {
  return content.map((inline, n) => {
    if (inline.type === 'hardBreak') return <br key={n} />;
    const words = inline.bold ? <strong>{inline.text}</strong> : inline.text;
    return <Fragment key={n}>{inline.italic ? <em>{words}</em> : words}</Fragment>;
  });
}
