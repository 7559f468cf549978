import * as Y from 'yjs';
import { ByteReader } from './byte-reader.js';
import type { Wire } from './connection.js';
import type { Admission } from './hub.js';
import { updateFrame } from './protocol.js';

/** One end of a connection without a socket: every frame is handed over at once, in the order of the test. */
export class Page implements Wire {
  readonly doc = new Y.Doc();
  unreadBytes = 0;
  pauses = 0;
  closed: string | undefined;
  acknowledged = 0;
  readonly refusals: string[] = [];
  /** Of the document, as it was told last. */
  state: string | undefined;
  /** How often the server asked for everything. */
  asked = 0;
  admission!: Admission;

  send(frame: Uint8Array): void {
    const reader = new ByteReader(frame);
    const type = reader.uint();
    if (type === 100) this.acknowledged = reader.uint();
    if (type === 101) {
      reader.uint();
      this.refusals.push(reader.string());
    }
    if (type === 102) this.state = reader.string();
    if (type !== 0) return;
    if (reader.uint() === 0) {
      this.asked++;
      return;
    }
    Y.applyUpdate(this.doc, reader.block(), 'remote');
  }

  close(_code: number, reason: string): void {
    this.closed = reason;
  }

  cut(): void {
    this.closed = 'cut';
  }

  get isPaused(): boolean {
    return this.pauses > 0;
  }

  pause(): void {
    this.pauses++;
  }

  resume(): void {
    this.pauses--;
  }

  receive(frame: Uint8Array): void {
    this.admission.room.receive(this.admission.connection, frame);
  }

  edit(text: string): Uint8Array {
    const before = Y.encodeStateVector(this.doc);
    this.doc.getText('title').insert(this.title.length, text);
    return Y.encodeStateAsUpdate(this.doc, before);
  }

  type(text: string): void {
    this.receive(updateFrame(this.edit(text)));
  }

  /** Sends what somebody without our editor makes of the minutes. */
  change(edit: (minutes: Y.XmlFragment) => void): void {
    const before = Y.encodeStateVector(this.doc);
    this.doc.transact(() => edit(this.doc.getXmlFragment('minutes')));
    this.receive(updateFrame(Y.encodeStateAsUpdate(this.doc, before)));
  }

  get title(): string {
    return this.doc.getText('title').toString();
  }
}
