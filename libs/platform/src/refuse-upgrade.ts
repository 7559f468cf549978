import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers an upgrade with a status of HTTP and hangs up: a line that is no socket yet has nothing else to say it by. */
export function refuseUpgrade(line: Duplex, status: number, headers: Readonly<Record<string, string>> = {}): void {
  // Node has taken its own listener off; without one a reset by the other side would end the process.
  line.on('error', () => line.destroy());
  const lines = Object.entries({ Connection: 'close', 'Content-Length': '0', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  line.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`, () => line.destroy());
}
