import { currentLanguage } from '../i18n/language.js';
import { ApiProblem } from '../api/problem.js';

/** A file may be set for seconds, and wait its turn. */
const timeoutMs = 60_000;

/**
 * Fetches a file and hands it to the browser to keep, under the name that the server gives it.
 *
 * @param path with its query
 * @throws ApiProblem `unreachable` when nobody answers
 */
export async function download(path: string): Promise<void> {
  const response = await fetch(path, { headers: { 'Accept-Language': currentLanguage() }, signal: AbortSignal.timeout(timeoutMs) }).catch(() => null);
  if (response === null) throw new ApiProblem(0, {});
  if (!response.ok) throw new ApiProblem(response.status, ((await response.json().catch(() => ({}))) ?? {}) as object);
  const file = await response.blob().catch(() => null);
  if (file === null) throw new ApiProblem(0, {});
  save(file, /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? path.replace(/\?.*/, '').replace(/.*\//, ''));
}

/** Hands a file to the browser to keep. */
export function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser takes the file in its own time.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
