import type { Locator, Page } from 'playwright-core';
import { eventually } from './visitor.js';

/** An agenda item as somebody sees it who has it open. */
export class ItemPage {
  constructor(readonly page: Page) {}

  get title(): Locator {
    return this.page.getByRole('textbox', { name: 'Titel', exact: true });
  }

  get agenda(): Locator {
    return this.page.getByRole('textbox', { name: 'Dagsordenstekst', exact: true });
  }

  get minutes(): Locator {
    return this.page.getByRole('textbox', { name: 'Referat', exact: true });
  }

  /** The state of saving as it is written on the page. */
  status(text: string | RegExp): Locator {
    return this.page.locator('.save-status').filter({ hasText: text });
  }

  saved(): Promise<void> {
    return this.status(/^\s*Gemt$/).waitFor();
  }

  /** Waits until the words have come from the server. */
  async loaded(): Promise<void> {
    await this.minutes.waitFor();
    await this.saved();
  }

  carets(field: 'Dagsordenstekst' | 'Referat'): Locator {
    return this.page.getByRole('textbox', { name: field, exact: true }).locator('.caret-label');
  }
}

/** As much of an element as is read here: the types of the browser would leak into the server's. */
interface Element {
  value?: string;
  textContent: string;
  children: Iterable<Element>;
  cloneNode(deep: true): Element;
  querySelectorAll(selector: string): Iterable<Element & { remove(): void }>;
}

/** What stands in a field, a line for each block; names at carets are not text. */
export async function textOf(field: Locator): Promise<string> {
  return field.evaluate((element: Element) => {
    if (element.value !== undefined) return element.value;
    const copy = element.cloneNode(true);
    for (const caret of copy.querySelectorAll('.caret, .ProseMirror-separator')) caret.remove();
    return [...copy.children].map((block) => block.textContent).join('\n');
  });
}

/** Both fields come to show the same text, one that satisfies `holds`. */
export async function converge(one: Locator, other: Locator, holds: (text: string) => boolean): Promise<string> {
  const [text] = await eventually('both show the same', async () => [await textOf(one), await textOf(other)] as const, ([a, b]) => a === b && holds(a));
  return text;
}
