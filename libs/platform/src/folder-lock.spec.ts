import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FolderInUse, lockFolder } from './folder-lock.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'samraad-lock-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('folder lock', () => {
  it('refuses while a living process holds it, and names it', () => {
    const release = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(FolderInUse);
    expect(() => lockFolder(folder)).toThrow(`pid ${process.pid}`);
    release();
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes over from a process that was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const lock = { pid: child.pid, host: hostname(), started: null, token: 'theirs' };
    writeFileSync(join(folder, 'samraad.lock'), JSON.stringify(lock));
    expect(() => lockFolder(folder)).toThrow(FolderInUse);
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockFolder(folder)();
  });

  it('is not fooled by a pid that another process has got since', () => {
    writeFileSync(join(folder, 'samraad.lock'), JSON.stringify({ pid: 1, host: hostname(), started: '-1', token: 'old' }));
    lockFolder(folder);
    expect((JSON.parse(readFileSync(join(folder, 'samraad.lock'), 'utf8')) as { pid: number }).pid).toBe(process.pid);
  });

  it('does not judge a process on another host', () => {
    writeFileSync(join(folder, 'samraad.lock'), JSON.stringify({ pid: 999_999, host: 'elsewhere', started: null, token: 'x' }));
    expect(() => lockFolder(folder)).toThrow('elsewhere');
  });
});
