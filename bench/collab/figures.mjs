/** @param share 0.5 for the median */
export function percentile(values, share) {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}
export const median = (values) => percentile(values, 0.5);
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const round = (value, digits = 1) => (Number.isFinite(value) ? Number(value.toFixed(digits)) : null);
export async function until(what, holds, timeMs = 30_000) {
  for (const end = performance.now() + timeMs; !(await holds()); await sleep(10)) if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
}
