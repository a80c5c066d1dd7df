/**
 * Checks adapters, because plain JavaScript can pass anything.
 *
 * @module
 */
import type { RequestAdapter } from './request-adapter.js';

const REQUIRED = ['authorization', 'url', 'method', 'route', 'onEnd'] as const;

/**
 * Asserts that an adapter has every method that the guards call.
 *
 * @throws TypeError It is not an object, or one of its methods is missing or not a function.
 */
export function assertRequestAdapter<Request extends object>(
  adapter: RequestAdapter<Request>,
): void {
  const rule = 'the second argument of createResourceServer() must be a RequestAdapter';
  const given: unknown = adapter;
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`${rule}; omit it if the requests are those of node:http`);
  }
  const missing = REQUIRED.find((name) => typeof adapter[name] !== 'function');
  if (missing !== undefined) throw new TypeError(`${rule}; add the method "${missing}"`);
  if (adapter.body !== undefined && typeof adapter.body !== 'function') {
    throw new TypeError(`${rule}; "body" must be a method, or be omitted`);
  }
}
