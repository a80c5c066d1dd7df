/**
 * Publishes decisions when the response begins, or when the exchange ends without one.
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks';
import { forgetDecision } from './observation.js';
import type { RequestAdapter, ResponseState } from '../request/request-adapter.js';
import type { Publication, PublicationTiming } from './publication-timing.js';

/** How often the open responses are checked, in milliseconds. */
const INTERVAL_MS = 1000;

/**
 * Publishes decisions at the end of their responses, and those whose response takes longer within a second after it
 * has begun. Where responses are unknown, publishes decisions at the end of the exchange, or within a second.
 */
export class ResponseTiming<Request extends object> implements PublicationTiming<Request> {
  readonly #adapter: RequestAdapter<Request>;
  /** Each with what removes its listener. Contains a request no longer than the server itself does. */
  readonly #open = new Map<Publication<Request>, (() => void) | undefined>();
  /** The timer must not belong to the request that happens to come first. */
  readonly #origin = new AsyncResource('ScopegateResponses');
  #timer: NodeJS.Timeout | undefined;

  constructor(adapter: RequestAdapter<Request>) {
    this.#adapter = adapter;
  }

  schedule(publication: Publication<Request>): void {
    this.#open.set(publication, undefined);
    try {
      this.#watch(publication);
    } catch {
      // An adapter of the application may fail, but an allowed request must pass: the timer publishes the decision.
    }
    if (this.#open.size > 0) this.#startTimer();
  }

  #watch(publication: Publication<Request>): void {
    const { request } = publication;
    const response = this.#adapter.response?.(request);
    const end = (): void => {
      this.#end(publication);
    };
    if (response === undefined) {
      const remove = this.#adapter.onEnd(request, end);
      if (this.#open.has(publication)) this.#open.set(publication, remove);
    } else if (isOver(response)) end();
    else {
      // In front of the listeners that end the span of the request. Not every response emits both.
      response.prependListener('finish', end);
      response.prependListener('close', end);
    }
  }

  #end(publication: Publication<Request>): void {
    const remove = this.#open.get(publication);
    if (!this.#open.delete(publication)) return;
    publication.publish();
    // The connection may stay open after the exchange; its listeners would hold the request.
    remove?.();
  }

  #startTimer(): void {
    this.#timer ??= this.#origin.runInAsyncScope(() =>
      setInterval(() => {
        this.#publishBegun();
      }, INTERVAL_MS).unref(),
    );
  }

  #publishBegun(): void {
    for (const publication of this.#open.keys()) {
      const hasBegun = this.#hasBegun(publication.request);
      if (hasBegun === false) continue;
      try {
        this.#end(publication);
      } catch {
        // No caller is left to catch what an adapter of the application throws.
      }
      // Whether the exchange has begun to end is unknown, and a guard must not go unseen.
      if (hasBegun === undefined) forgetDecision(publication.request);
    }
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Whether the response has begun; `undefined` if it is unknown, or the adapter fails. */
  #hasBegun(request: Request): boolean | undefined {
    try {
      const response = this.#adapter.response?.(request);
      if (response === undefined) return undefined;
      if (response.headersSent || isOver(response)) return true;
      // A response that waits for an earlier one on its connection is not closed with the connection.
      const socket = this.#adapter.socket?.(request);
      return socket !== undefined && Reflect.get(socket, 'destroyed') === true;
    } catch {
      return undefined;
    }
  }
}

function isOver({ closed, destroyed }: ResponseState): boolean {
  return closed === true || destroyed === true;
}
