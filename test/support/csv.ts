/** RFC 4180 with semicolons, read by the letter. */
export function csv(text: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        if (text[at] === '"') at += 1;
        field += text[at];
      }
      at += 1;
    } else while (at < text.length && text[at] !== ';' && text[at] !== '\r') field += text[at++];
    rows.at(-1)!.push(field);
    if (text.startsWith('\r\n', at)) {
      at += 2;
      rows.push([]);
    } else at += 1;
  }
  return rows;
}
