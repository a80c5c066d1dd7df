/**
 * When the decision about a request that has passed its guards is published.
 *
 * @module
 */

/** A decision that is published once; later calls have no effect. */
export interface Publication<Request extends object> {
  readonly request: Request;
  publish(): void;
}

/** Publishes the decisions about requests that have passed, each once no other guard can decide. */
export interface PublicationTiming<Request extends object> {
  /** @param publication - Of a request that its first guard has let pass. */
  schedule(publication: Publication<Request>): void;
}

/** Publishes at once. */
export const PUBLISH_AT_ONCE: PublicationTiming<object> = {
  schedule: (publication) => {
    publication.publish();
  },
};
