/**
 * Calls of the application's function that finds issuers, within limits.
 *
 * @module
 */
import { errorFrom, untilAborted, withDeadline } from '@scopegate/protocol/internal';
import type { ResolvedAnswer, ResolvedResolver } from '../options/resolve-resolver.js';
import { CallLimiter } from '../call-limiter.js';
import { IssuerResolutionError } from './issuer-resolution-error.js';

/** Options of an {@link IssuerLookup}. */
export interface IssuerLookupOptions {
  readonly resolver: ResolvedResolver;
  /** For waiting and the call together, in milliseconds. */
  readonly timeoutMs: number;
  /** Aborts all lookups. */
  readonly closing: AbortSignal;
}

/** Keeps a flood of tokens with made-up issuers from opening thousands of database connections. */
const MAX_RUNNING = 32;
const MAX_WAITING = 256;

/** Looks up issuers. */
export class IssuerLookup {
  readonly #options: IssuerLookupOptions;
  readonly #first = createLimiter(MAX_WAITING);
  /** As many calls as there are issuers that are held, each once, may wait. */
  readonly #again = createLimiter(Infinity);

  constructor(options: IssuerLookupOptions) {
    this.#options = options;
  }

  /**
   * Calls the application's function for an issuer that is not held.
   *
   * @returns `undefined` for an unknown issuer.
   * @throws IssuerResolutionError (rejects) The function failed, timed out or returned invalid options,
   *   or too many calls are pending.
   */
  find(issuer: string): Promise<ResolvedAnswer | undefined> {
    return this.#run(issuer, this.#first);
  }

  /**
   * Calls the function again for a held issuer. These calls have separate slots, because a flood of
   * made-up issuers must not delay the lookup that withdraws trust.
   *
   * @throws As {@link IssuerLookup.find}.
   */
  findAgain(issuer: string): Promise<ResolvedAnswer | undefined> {
    return this.#run(issuer, this.#again);
  }

  #run(issuer: string, limiter: CallLimiter): Promise<ResolvedAnswer | undefined> {
    const deadline = {
      timeoutMs: this.#options.timeoutMs,
      createTimeoutError: () => new IssuerResolutionError('timeout'),
      signal: this.#options.closing,
      createAbortError: () => new IssuerResolutionError('closed'),
    };
    return withDeadline(deadline, (signal) =>
      // A call that never settles must not occupy its slot forever.
      limiter.run(() => untilAborted(this.#call(issuer), signal), signal),
    );
  }

  async #call(issuer: string): Promise<ResolvedAnswer | undefined> {
    const { resolve, readAnswer } = this.#options.resolver;
    let answer: unknown;
    try {
      answer = await resolve(issuer);
    } catch (failure) {
      throw new IssuerResolutionError('failed', { cause: errorFrom(failure, 'issuers.resolve()') });
    }
    try {
      return readAnswer(answer, issuer);
    } catch (failure) {
      const cause = errorFrom(failure, 'what issuers.resolve() returned');
      throw new IssuerResolutionError('invalid', { cause });
    }
  }
}

function createLimiter(maxWaiting: number): CallLimiter {
  const createBusyError = (): Error => new IssuerResolutionError('busy');
  return new CallLimiter({ maxRunning: MAX_RUNNING, maxWaiting, createBusyError });
}
