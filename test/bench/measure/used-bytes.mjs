/**
 * The memory that is in use.
 */

/** Returns the heap and the external memory after two full collections, in bytes. */
export function usedBytes() {
  // The second collection frees what the first one made unreachable.
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
