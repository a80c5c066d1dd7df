/**
 * What one call costs, in process.
 */

// How many calls pass between two looks at the clock.
const STRIDE = 16;

/**
 * A function that is called with one token after the other. Every token is a new string: one that
 * stays the same for the whole run carries its hash with it and flatters every map.
 */
export class Caller {
  #next = 0;

  /**
   * @param {(token: string, index: number) => unknown} call
   * @param {readonly Buffer[]} tokens
   * @param {{ callers?: number, isAsync?: boolean }} [manner] - How many calls wait at a time.
   */
  constructor(call, tokens, { callers = 1, isAsync = false } = {}) {
    this.call = call;
    this.tokens = tokens;
    this.callers = callers;
    this.isAsync = isAsync;
  }

  /** Calls as often as is said. */
  async warm(calls) {
    for (let done = 0; done < calls;) done += await this.#stride();
  }

  /**
   * Calls for a while.
   *
   * @returns {Promise<number>} Microseconds of CPU per call, those of threads and of the garbage
   *   collector included: a busy machine takes our time, and not our CPU time.
   */
  async run(milliseconds) {
    const end = performance.now() + milliseconds;
    const before = process.cpuUsage();
    let calls = 0;
    while (performance.now() < end) calls += await this.#stride();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / calls;
  }

  async #stride() {
    if (this.callers > 1) {
      await Promise.all(Array.from({ length: this.callers }, () => this.#once()));
      return this.callers;
    }
    for (let call = 0; call < STRIDE; call += 1) {
      if (this.isAsync) await this.#once();
      else this.#once();
    }
    return STRIDE;
  }

  #once() {
    const index = this.#next;
    this.#next = index + 1 === this.tokens.length ? 0 : index + 1;
    return this.call(this.tokens[index].latin1Slice(), index);
  }
}

/** A caller that only makes the strings: what is to be taken off the others. */
export function stringMaker(tokens) {
  let length = 0;
  return new Caller((token) => (length += token.length), tokens);
}
