/**
 * Work in the background.
 *
 * @module
 */

/** Waits until promises that need neither a timer nor a socket are settled. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
