/**
 * Results that several pages ask for again and again.
 *
 * @module
 */
import { performance } from 'node:perf_hooks';

const FRESH_MS = 5_000;
/** What takes long is repeated less often, so that it takes at most half a percent of the time. */
const FRESH_PER_COST = 200;

/** Reads when it is asked, and keeps the result for a while. */
export class CachedReading<Result> {
  readonly #readNow: () => Result;
  #last: { readonly result: Result; readonly freshUntil: number } | undefined;

  /** @param readNow - What it throws is not kept. */
  constructor(readNow: () => Result) {
    this.#readNow = readNow;
  }

  /** Returns the last result, or a new one if that has become old. */
  read(): Result {
    const startedAt = performance.now();
    if (this.#last !== undefined && startedAt < this.#last.freshUntil) return this.#last.result;
    const result = this.#readNow();
    const endedAt = performance.now();
    const freshMs = Math.max(FRESH_MS, FRESH_PER_COST * (endedAt - startedAt));
    this.#last = { result, freshUntil: endedAt + freshMs };
    return result;
  }
}
