import { createHash } from 'node:crypto';
import type { Inline } from '@lib/contracts/rich-text.js';
import { mapStrings, visible } from './printable.js';
import type { Fact, Sheet, SheetBlock, Words } from './sheet.js';

const style = `
body{font:1rem/1.5 "IBM Plex Sans",system-ui,sans-serif;color:#1a1a1a;max-width:50rem;margin:0 auto;padding:2rem 1rem;overflow-wrap:anywhere}
header{border-top:4px solid #17446f;padding-top:.5rem}
h1,h2,h4,.label{color:#17446f;line-height:1.25}h1{font-size:2rem;margin:.5rem 0}h2{margin-top:2.5rem}h3{margin-top:2rem}
.kind{display:flex;justify-content:space-between;gap:1rem;font-weight:700;margin:0}.quiet,dt,footer{color:#4a5560}
dl{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;gap:.25rem 1.5rem;margin:1rem 0}dd{margin:0;white-space:pre-line}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;overflow-wrap:normal}th,td{text-align:left;vertical-align:top;padding:.4rem .5rem;border-bottom:1px solid #c3ccd5}th{border-bottom:2px solid #17446f}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.box{background:#f1f5f9;border-left:4px solid #17446f;padding:1rem 1.25rem;margin:1.25rem 0;break-inside:avoid}.box p:first-child{display:flex;justify-content:space-between;margin-top:0}.strong{font-weight:700}
blockquote{border-left:3px solid #c3ccd5;margin-left:0;padding-left:1rem}footer{border-top:1px solid #c3ccd5;margin-top:3rem;padding-top:.5rem;font-size:.875rem}
.warning{border:2px solid #1a1a1a;padding:.75rem 1rem;font-weight:700}@media print{.warning{position:fixed;top:0;left:0;right:0;margin:0;background:#fff}header,main{margin-top:4rem}}
@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}@media print{body{max-width:none;padding:0}h2,h3,h4{break-after:avoid}}
`;

/** What a browser may do with the page: show it in its own style, and nothing else. */
export const htmlPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
const lines = (text: string) => escaped(text).replaceAll('\n', '<br>');

/** The sheet as one page of HTML that needs nothing else; shown under {@link htmlPolicy}. */
export function sheetHtml(given: Sheet): string {
  const sheet = mapStrings(given, visible);
  return `<!doctype html>
<html lang="da">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${escaped(sheet.title)}</title>
<style>${style}</style>
</head>
<body>${sheet.warning === undefined ? '' : `\n<p class="warning" role="note">${lines(sheet.warning)}</p>`}
<header>
<p class="kind"><span>${lines(sheet.kind)}</span>${sheet.mark === null ? '' : `<span class="label">${lines(sheet.mark)}</span>`}</p>
<h1>${lines(sheet.heading)}</h1>
<p class="quiet">${lines(sheet.confidentiality)}</p>
${factsHtml(sheet.facts)}
</header>
<main>
${sheet.blocks.map(blockHtml).join('\n')}
</main>
<footer>${lines(sheet.madeFor)}</footer>
</body>
</html>
`;
}

const factsHtml = (facts: readonly Fact[]) => (facts.length === 0 ? '' : `<dl>${facts.map(({ label, value }) => `<dt>${lines(label)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`);

function blockHtml(block: SheetBlock): string {
  switch (block.type) {
    case 'heading':
      return `<h${block.level + 1}>${lines(block.text)}</h${block.level + 1}>`;
    case 'facts':
      return factsHtml(block.facts);
    case 'note':
      return `<p class="quiet"><em>${lines(block.text)}</em></p>`;
    case 'words':
      return block.words.map(wordsHtml).join('\n');
    case 'table': {
      const head = block.columns.map(({ title }) => `<th scope="col">${lines(title)}</th>`).join('');
      const rows = block.rows.map((row) => `<tr>${row.map((cell) => `<td>${lines(cell)}</td>`).join('')}</tr>`).join('');
      return `<div class="scroll"><table><caption>${lines(block.caption)}</caption><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
    }
    case 'box': {
      const head = `<p><span class="label strong">${lines(block.label)}</span>${block.state === null ? '' : `<span class="quiet">${lines(block.state)}</span>`}</p>`;
      return `<section class="box">${head}<div${block.strong ? ' class="strong"' : ''}>${block.words.map(wordsHtml).join('')}</div>${factsHtml(block.facts)}</section>`;
    }
  }
}

function wordsHtml(words: Words): string {
  switch (words.type) {
    case 'paragraph':
      return `<p>${words.content.map(inlineHtml).join('')}</p>`;
    case 'heading':
      return `<h${words.level + 1}>${lines(words.text)}</h${words.level + 1}>`;
    case 'quote':
      return `<blockquote>${words.words.map(wordsHtml).join('')}</blockquote>`;
    case 'list': {
      const items = words.items.map((item) => `<li>${item.map(wordsHtml).join('')}</li>`).join('');
      return words.start === null ? `<ul>${items}</ul>` : `<ol start="${Math.trunc(words.start)}">${items}</ol>`;
    }
  }
}

function inlineHtml(inline: Inline): string {
  if (inline.type === 'hardBreak') return '<br>';
  const text = lines(inline.text);
  const bold = inline.bold === true ? `<strong>${text}</strong>` : text;
  return inline.italic === true ? `<em>${bold}</em>` : bold;
}
