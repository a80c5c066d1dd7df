/**
 * The application's own answer to a refusal, or the default one if it does not answer.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorFrom, HOOK_DEADLINE_MS, isError, isThenable } from '@scopegate/protocol/internal';
import { isRefusal, type Refusal } from '@scopegate/resource-server';
import { breakOff, passOn } from './late-answer.js';
import type { Exchange, Next } from '../request/middleware.js';
import { isAnswered, type RefusalHandler, sendRefusal } from './refusal-response.js';
import { silence } from './silent-response.js';

const handedOn = new WeakMap<IncomingMessage, Refusal>();

/** Whether `onRefusal` has passed on a refusal, whose event is then already published. */
export function isHandedOn(refusal: Refusal, req: IncomingMessage): boolean {
  return handedOn.get(req) === refusal;
}

/** Calls the application's handler for a refusal; {@link RefusalHandler} describes the rules. */
export function handOver(onRefusal: RefusalHandler, refusal: Refusal, exchange: Exchange): void {
  new Handover(refusal, exchange).begin(onRefusal);
}

/** Express sets its own `next` here, which `res.sendFile()` and `res.render()` call. */
type RoutedRequest = IncomingMessage & { next?: unknown };

/** The status of an answer that has not begun; a handler may have set another one before it threw. */
const STATUS_BEFORE = 200;

/** One refusal that the application answers: it ends once, with an answer or one call of `next`. */
class Handover {
  readonly #refusal: Refusal;
  readonly #exchange: Exchange;
  readonly #octetsBefore: number;
  readonly #nextBefore: unknown;
  #isHandedOn = false;
  #hasFailed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(refusal: Refusal, exchange: Exchange) {
    const { req, res }: { req: RoutedRequest; res: ServerResponse } = exchange;
    this.#refusal = refusal;
    this.#exchange = exchange;
    this.#octetsBefore = octetsOf(res);
    this.#nextBefore = req.next;
    if (!isAnswered(res)) res.statusCode = STATUS_BEFORE;
  }

  begin(onRefusal: RefusalHandler): void {
    const { req, res }: { req: RoutedRequest; res: ServerResponse } = this.#exchange;
    const next: Next = (failure) => {
      this.#handOn(failure);
    };
    // Express's own `next`, called without an error, would continue to the route.
    if (this.#nextBefore !== undefined) req.next = next;
    res.once('close', () => {
      clearTimeout(this.#timer);
    });
    try {
      const returned = onRefusal(this.#refusal, req, res, next);
      if (isThenable(returned)) this.#await(returned);
      // The handler may answer in a callback.
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
    const { res } = this.#exchange;
    // `res.status(401).render(…)` begins an answer that ends later.
    if (res.statusCode === STATUS_BEFORE && !isAnswered(res)) this.#answer();
    else this.#answerInTime();
  }

  /** Does not throw: there may be no caller left to catch errors. */
  #answer(): void {
    const { res } = this.#exchange;
    if (this.#isHandedOn || isAnswered(res)) return;
    try {
      sendRefusal(this.#refusal, res);
    } catch (failure) {
      if (isAnswered(res)) breakOff(failure, res);
      else this.#handOn(errorFrom(failure, 'the default answer'));
      return;
    }
    silence(res);
  }

  #handOn(failure: unknown): void {
    const { req, res }: { req: RoutedRequest; res: ServerResponse } = this.#exchange;
    if (this.#isHandedOn || isAnswered(res)) return;
    this.#isHandedOn = true;
    if (this.#nextBefore !== undefined) req.next = this.#nextBefore;
    const error = isError(failure) ? failure : this.#refusal;
    if (isRefusal(error)) handedOn.set(req, error);
    passOn(error, this.#exchange);
  }

  #fail(failure: unknown): void {
    this.#hasFailed = true;
    if (isAnswered(this.#exchange.res)) this.#answerInTime();
    else this.#handOn(errorFrom(failure, 'onRefusal'));
  }

  #answerInTime(): void {
    const { res } = this.#exchange;
    if (this.#timer !== undefined || this.#isHandedOn || res.writableEnded) return;
    const octets = octetsOf(res);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (res.headersSent) this.#endInTime(octets);
      else this.#answer();
    }, HOOK_DEADLINE_MS).unref();
  }

  /** @param octets - How many were written when the time limit began. */
  #endInTime(octets: number): void {
    const { res } = this.#exchange;
    if (this.#isHandedOn || res.writableEnded) return;
    const written = octetsOf(res);
    const isBroken = this.#hasFailed && written !== this.#octetsBefore;
    if (!isBroken && written !== octets) {
      this.#answerInTime();
      return;
    }
    try {
      // A broken answer cannot be completed.
      if (isBroken) res.destroy();
      else res.end();
    } catch (failure) {
      breakOff(failure, res);
    }
    silence(res);
  }
}

/** Counts octets written to the connection or waiting for it; headers count once they are flushed. */
function octetsOf({ socket, writableLength }: ServerResponse): number {
  if (socket === null) return writableLength;
  return socket.bytesWritten + writableLength - socket.writableLength;
}
