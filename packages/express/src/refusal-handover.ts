/**
 * The application's own answer to a refusal, and the guard's where that does not come.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorFrom, HOOK_DEADLINE_MS, isError, isThenable } from './hook.js';
import type { Next } from './middleware.js';
import { isAnswered, type Refusal, type RefusalHandler, sendRefusal } from './refusal.js';

/** Where a refusal is answered. */
export interface RefusedExchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly next: Next;
}

const handedOn = new WeakSet<Refusal>();

/** Whether a handler has left a refusal to the error handlers. */
export function isHandedOn(refusal: Refusal): boolean {
  return handedOn.has(refusal);
}

/** Lets the application answer a refusal. What it does then is in {@link RefusalHandler}. */
export function handOver(
  onRefusal: RefusalHandler,
  refusal: Refusal,
  exchange: RefusedExchange,
): void {
  new Handover(refusal, exchange).begin(onRefusal);
}

/** One refusal in the hands of the application: it ends once, by an answer or by one `next`. */
class Handover {
  readonly #refusal: Refusal;
  readonly #exchange: RefusedExchange;
  readonly #statusBefore: number;
  #isHandedOn = false;
  #hasFailed = false;

  constructor(refusal: Refusal, exchange: RefusedExchange) {
    this.#refusal = refusal;
    this.#exchange = exchange;
    this.#statusBefore = exchange.res.statusCode;
  }

  begin(onRefusal: RefusalHandler): void {
    const { req, res } = this.#exchange;
    try {
      const returned = onRefusal(this.#refusal, req, res, (failure) => {
        this.#handOn(failure);
      });
      if (isThenable(returned)) this.#await(returned);
      // It may answer in a callback; an answer of ours would make its own throw there.
      else if (onRefusal.length > 2) this.#answerInTime();
      else this.#settle();
    } catch (failure) {
      this.#fail(failure);
    }
  }

  #await(returned: PromiseLike<unknown>): void {
    this.#answerInTime();
    Promise.resolve(returned).then(
      () => {
        this.#settle();
      },
      (failure: unknown) => {
        this.#fail(failure);
      },
    );
  }

  #settle(): void {
    // `res.status(401).render(…)` has begun an answer that ends later.
    if (this.#exchange.res.statusCode === this.#statusBefore) this.#answer();
    else this.#answerInTime();
  }

  #answer(): void {
    if (!this.#isHandedOn) sendRefusal(this.#refusal, this.#exchange.res);
  }

  #handOn(failure: unknown): void {
    const { res, next } = this.#exchange;
    if (this.#isHandedOn || isAnswered(res)) return;
    this.#isHandedOn = true;
    if (isError(failure)) {
      next(failure);
      return;
    }
    handedOn.add(this.#refusal);
    next(this.#refusal);
  }

  #fail(failure: unknown): void {
    this.#hasFailed = true;
    if (isAnswered(this.#exchange.res)) this.#answerInTime();
    else this.#handOn(errorFrom(failure, 'onRefusal'));
  }

  #answerInTime(): void {
    const { res } = this.#exchange;
    if (this.#isHandedOn || res.writableEnded) return;
    const timer = setTimeout(() => {
      // Of an answer that broke off in the middle, nothing more will come.
      if (this.#hasFailed && !res.writableEnded && res.headersSent) res.destroy();
      else this.#answer();
    }, HOOK_DEADLINE_MS).unref();
    res.once('close', () => {
      clearTimeout(timer);
    });
  }
}
