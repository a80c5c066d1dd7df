/**
 * What one call costs, in process.
 */

// How many calls are made between two checks of the time.
const STRIDE = 16;

/**
 * A function that is called with one token after another. Every token is a new string, because a string
 * that is reused keeps its hash, which makes every map look faster than it is.
 */
export class Caller {
  #next = 0;

  /**
   * @param {(token: string, index: number) => unknown} call
   * @param {readonly Buffer[]} tokens
   * @param {{ callers?: number, isAsync?: boolean }} [manner] - How many calls are pending at a time.
   */
  constructor(call, tokens, { callers = 1, isAsync = false } = {}) {
    this.call = call;
    this.tokens = tokens;
    this.callers = callers;
    this.isAsync = isAsync;
  }

  /** Makes the given number of calls. */
  async warm(calls) {
    for (let done = 0; done < calls;) done += await this.#stride();
  }

  /**
   * Calls for a while.
   *
   * @returns {Promise<number>} Microseconds of CPU per call, including threads and the garbage
   *   collector. Unlike wall-clock time, CPU time hardly depends on how busy the machine is.
   */
  async run(milliseconds) {
    const end = performance.now() + milliseconds;
    const before = process.cpuUsage();
    let calls = 0;
    while (performance.now() < end) calls += await this.#stride();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / calls;
  }

  /** Makes the given number of calls. @returns {Promise<number>} As {@link Caller.run}. */
  async runCalls(calls) {
    const before = process.cpuUsage();
    let done = 0;
    while (done < calls) done += await this.#stride();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / done;
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

/** A caller that only creates the strings; its cost is subtracted from that of the others. */
export function stringMaker(tokens) {
  let length = 0;
  return new Caller((token) => (length += token.length), tokens);
}
