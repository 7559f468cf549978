import * as Y from 'yjs';

/** A small seeded generator (mulberry32), so that a failing run can be repeated. */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// No pairs of surrogates: what cuts one in half, which no editor does, Yjs itself does not keep alike everywhere.
const words = ['samråd', 'underretning', 'børnehus', 'æ', 'plan', 'møde ', 'å', ' aftale\n'];

/** One thing a person might do in a document: write, delete, format, add or remove a paragraph, set an attribute. */
export function randomEdit(doc: Y.Doc, random: () => number): void {
  const pick = (below: number) => Math.floor(random() * below);
  const title = doc.getText('title');
  const body = doc.getXmlFragment(random() < 0.5 ? 'agenda' : 'minutes');
  const paragraphs = body.toArray().filter((node): node is Y.XmlElement => node instanceof Y.XmlElement && node.nodeName !== 'bulletList');
  const paragraph = paragraphs[pick(Math.max(1, paragraphs.length))];
  const word = words[pick(words.length)] as string;
  switch (pick(7)) {
    case 0:
      title.insert(pick(title.length + 1), word);
      return;
    case 1:
      if (title.length > 0) title.delete(pick(title.length), 1);
      return;
    case 2:
      body.insert(pick(body.length + 1), [new Y.XmlElement('paragraph')]);
      return;
    case 3:
      if (body.length > 3) body.delete(pick(body.length), 1);
      return;
    default: {
      if (paragraph === undefined) {
        body.insert(0, [new Y.XmlElement('paragraph')]);
        return;
      }
      const first = paragraph.toArray()[0];
      if (!(first instanceof Y.XmlText)) paragraph.insert(0, [new Y.XmlText(word)]);
      else if (random() < 0.6) first.insert(pick(first.length + 1), word);
      else if (random() < 0.5 && first.length > 1) first.delete(pick(first.length - 1), 2);
      else if (random() < 0.5 && first.length > 0) first.format(pick(first.length), 1, { bold: random() < 0.5 ? true : null });
      else if (paragraph.nodeName === 'heading') paragraph.setAttribute('level', (1 + pick(2)) as unknown as string);
      else body.insert(pick(body.length + 1), [new Y.XmlElement('heading')]);
    }
  }
}

/** What people do in lists at the same time: begin one, add an item, take a paragraph, an item or all of it away. */
export function randomListEdit(doc: Y.Doc, random: () => number): void {
  const pick = (below: number) => Math.floor(random() * below);
  const body = doc.getXmlFragment('minutes');
  const lists = body.toArray().filter((node): node is Y.XmlElement => node instanceof Y.XmlElement && node.nodeName === 'bulletList');
  const list = lists[pick(lists.length)];
  const item = list?.get(pick(list.length)) as Y.XmlElement | undefined;
  const chance = random();
  if (list === undefined || chance < 0.2) body.insert(pick(body.length + 1), [listOf(words[pick(3)] as string)]);
  else if (chance < 0.4) list.insert(pick(list.length + 1), [itemOf(words[pick(3)] as string)]);
  else if (item === undefined) return;
  else if (chance < 0.55) item.insert(1, [random() < 0.5 ? paragraphOf('mere') : listOf('under')]);
  // Two at once may leave a list without an item, or an item without a paragraph.
  else if (chance < 0.8 && item.length > 1) item.delete((item.get(1) as Y.XmlElement).nodeName === 'paragraph' ? pick(item.length) : 1 + pick(item.length - 1), 1);
  else if (chance < 0.95 && list.length > 1) list.delete(pick(list.length), 1);
  else body.delete(body.toArray().indexOf(list), 1);
}

function listOf(text: string): Y.XmlElement {
  const list = new Y.XmlElement('bulletList');
  list.insert(0, [itemOf(text)]);
  return list;
}

function itemOf(text: string): Y.XmlElement {
  const item = new Y.XmlElement('listItem');
  item.insert(0, [paragraphOf(text)]);
  return item;
}

function paragraphOf(text: string): Y.XmlElement {
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(text)]);
  return paragraph;
}
