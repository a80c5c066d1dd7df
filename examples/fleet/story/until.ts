/**
 * Waits for something that happens soon.
 *
 * @module
 */

const LIMIT_MS = 20_000;

/**
 * Repeats a check until it is true.
 *
 * @returns How long that took, in milliseconds.
 * @throws Error (rejects) It is not true after 20 s.
 */
export async function until(check: () => boolean | Promise<boolean>): Promise<number> {
  const start = performance.now();
  for (;;) {
    if (await check()) return performance.now() - start;
    if (performance.now() - start > LIMIT_MS) throw new Error(`not within ${LIMIT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
