/**
 * The outcomes of named checks.
 */

// Every request is sent over loopback, so a check that takes longer waits for ever.
const TIMEOUT_MS = 20_000;

export class Checks {
  /** `'passed'` or the stack of the failure, by the name of the check. */
  outcomes = {};

  /** Whether any check has failed. */
  get haveFailed() {
    return Object.values(this.outcomes).some((outcome) => outcome !== 'passed');
  }

  /**
   * Runs one check. It fails if the function throws, rejects or takes too long.
   *
   * @param {string} name
   * @param {() => unknown} act
   */
  async check(name, act) {
    if (name in this.outcomes) throw new Error(`two checks have the name "${name}"`);
    try {
      await withTimeout(act());
      this.outcomes[name] = 'passed';
    } catch (error) {
      this.outcomes[name] = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }
}

async function withTimeout(outcome) {
  let timer;
  const timeout = new Promise((_resolve, reject) => {
    const late = new Error(`not finished after ${TIMEOUT_MS} ms`);
    timer = setTimeout(() => reject(late), TIMEOUT_MS);
  });
  try {
    await Promise.race([outcome, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
