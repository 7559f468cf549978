import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

interface Holder {
  pid: number;
  host: string;
  /** Start of the process in clock ticks since boot (Linux), so that a reused pid is not taken for the old process. */
  started: string | null;
  token: string;
}

/** Another process holds the folder. The message is for the operator's console. */
export class FolderInUse extends Error {}

/**
 * Takes `folder` for this process. The embedded database has no lock of its own, and a second process on the same
 * folder loses acknowledged rows. A lock left by a process that was killed is taken over.
 *
 * @returns a function that gives the folder back
 * @throws FolderInUse when a living process holds it, or one on another host may
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'samraad.lock');
  const mine: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid), token: randomUUID() };
  const draft = `${path}.${mine.token}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        // A hard link appears at once with its content or not at all, so nobody reads a half-written lock.
        linkSync(draft, path);
        return () => {
          if (read(path)?.token === mine.token) unlinkSync(path);
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = read(path);
      if (holder !== null && !isGone(holder)) throw new FolderInUse(refusal(folder, path, holder));
      // Move the dead lock aside; if what was moved is not what was judged, somebody was faster: put it back.
      const aside = `${path}.dead.${mine.token}`;
      try {
        renameSync(path, aside);
      } catch {
        continue;
      }
      const moved = read(aside);
      if (moved !== null && !isGone(moved)) {
        try {
          linkSync(aside, path);
        } catch {
          // A third process has it by now; the next attempt will say who.
        }
      }
      rmSync(aside, { force: true });
    }
    throw new FolderInUse(`The folder ${folder} is being taken by another process.`);
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function isGone(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  const started = startOf(holder.pid);
  if (holder.started !== null && started !== null) return started !== holder.started;
  try {
    process.kill(holder.pid, 0);
    return holder.pid === process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function startOf(pid: number): string | null {
  try {
    // proc(5): field 22, counted after the command name, which may itself hold blanks and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function refusal(folder: string, path: string, holder: Holder): string {
  return (
    `Another Samråd process (pid ${holder.pid} on ${holder.host}) uses the folder ${folder}. ` +
    `Two processes on one embedded database would lose what was saved: stop the other one, choose another ` +
    `SAMRAAD_DATA_DIR, or use PostgreSQL (DATABASE_URL). If that process is certainly gone, remove ${path}.`
  );
}
