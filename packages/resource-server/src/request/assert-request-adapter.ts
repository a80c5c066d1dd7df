/**
 * Checks adapters, because plain JavaScript can pass anything.
 *
 * @module
 */
import type { ProvableBindings } from '@scopegate/access-token/internal';
import { invalidOption } from '@scopegate/protocol/internal';
import type { RequestAdapter } from './request-adapter.js';

const REQUIRED = ['authorization', 'url', 'method', 'route', 'onEnd'] as const;
const OPTIONAL = ['body', 'requestLine', 'fieldLines', 'socket', 'response'] as const;

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
  const wrong = OPTIONAL.find(
    (name) => adapter[name] !== undefined && typeof adapter[name] !== 'function',
  );
  if (wrong !== undefined)
    throw new TypeError(`${rule}; "${wrong}" must be a method, or be omitted`);
}

/**
 * Asserts that an adapter reads what proofs of possession need.
 *
 * @throws TypeError An option is set for which the adapter lacks a method.
 */
export function assertReadsProofs<Request extends object>(
  adapter: RequestAdapter<Request>,
  { dpop, mtls }: ProvableBindings,
): void {
  const listsLines = adapter.fieldLines !== undefined;
  if (dpop && !listsLines) {
    throw invalidOption(
      'dpop',
      'requires a RequestAdapter that lists field lines; add the method "fieldLines" to it',
    );
  }
  if (mtls && !(listsLines && adapter.socket !== undefined)) {
    throw invalidOption(
      'mtls',
      'requires a RequestAdapter that returns the connection of a request; add the methods "socket" and ' +
        '"fieldLines" to it, or use a package for Node\'s HTTP server, because a Request of the Fetch ' +
        'Standard has no connection',
    );
  }
}
