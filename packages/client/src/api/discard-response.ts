/**
 * Responses that no one reads.
 *
 * @module
 */

/**
 * Discards a response that is not read, so that its connection can be reused. It does not wait,
 * because the stream of a custom `fetch` may never finish cancelling.
 */
export function discardResponse({ body }: Response): void {
  // A body that broke off, or that is not a standard stream, cannot be cancelled.
  void Promise.resolve(body)
    .then((stream) => stream?.cancel())
    .catch(() => undefined);
}
