/**
 * When the decisions about requests of the Fetch Standard are published: nothing reports the end of a `Request`.
 *
 * @module
 */
import { isThenable } from '@scopegate/protocol/internal';
import { forgetDecision } from '../observation/observation.js';
import type { Publication, PublicationTiming } from '../observation/publication-timing.js';
import { decisionChannel } from '../observation/request-decision.js';
import type { MaybePromise } from './fetch-guard.js';

const later: (call: () => void) => void =
  typeof setImmediate === 'function' ? setImmediate : queueMicrotask;

/**
 * Publishes the decision about a request that is held when it is released, such as when its handler has returned.
 * Without a handler, the application calls guards itself; then decisions are published once the current turn of the
 * event loop is over, and a guard that decides after that publishes another one.
 */
export class FetchTiming implements PublicationTiming<Request> {
  readonly #held = new WeakMap<Request, { publication?: Publication<Request> }>();

  schedule(publication: Publication<Request>): void {
    const { request } = publication;
    const held = this.#held.get(request);
    if (held !== undefined) {
      held.publication = publication;
      return;
    }
    later(() => {
      publication.publish();
      forgetDecision(request);
    });
  }

  /**
   * Calls a function, and publishes the decision about a request when it has returned or thrown, or its promise has
   * settled.
   */
  publishAfter<Result>(request: Request, run: () => MaybePromise<Result>): MaybePromise<Result> {
    if (!decisionChannel.hasSubscribers || this.#held.has(request)) return run();
    const held: { publication?: Publication<Request> } = {};
    this.#held.set(request, held);
    const release = (): void => {
      this.#held.delete(request);
      held.publication?.publish();
    };
    let result: MaybePromise<Result>;
    try {
      result = run();
    } catch (failure) {
      release();
      throw failure;
    }
    if (isThenable(result)) return Promise.resolve(result).finally(release);
    release();
    return result;
  }
}
