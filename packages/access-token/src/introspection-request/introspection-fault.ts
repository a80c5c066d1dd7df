/**
 * A failed introspection request.
 *
 * @module
 */
import { ExchangeError } from '@scopegate/protocol/internal';
import { IntrospectionResponseError } from './introspection-response-error.js';
import type { IntrospectionFailure } from './introspection-failure.js';

/** What a {@link IntrospectionFault} contains besides the failure. */
export interface IntrospectionFaultOptions extends ErrorOptions {
  /** The status of the response; `undefined` when there was none. */
  readonly status?: number | undefined;
  /** How long the authorization server wants to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** An introspection request failed; becomes the `IntrospectionUnavailableError` of everyone who waits for it. */
export class IntrospectionFault extends Error {
  override readonly name = 'IntrospectionFault';
  readonly failure: IntrospectionFailure;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(failure: IntrospectionFailure, options: IntrospectionFaultOptions = {}) {
    const { status, retryAfterMs, ...errorOptions } = options;
    super(failure, errorOptions);
    this.failure = failure;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Creates the fault for a response that cannot be used. */
export function unusableResponse(problem: string): IntrospectionFault {
  const cause = new IntrospectionResponseError(`the introspection response ${problem}`);
  return new IntrospectionFault('response', { status: 200, cause });
}

/** Creates the fault for an error of the HTTP exchange. */
export function faultOfExchange(error: unknown): IntrospectionFault {
  if (!(error instanceof ExchangeError)) {
    return new IntrospectionFault('unreachable', { cause: error });
  }
  const { reason, status, retryAfterMs } = error;
  const options = { cause: error, status, retryAfterMs };
  if (reason === 'network' || reason === 'timeout' || reason === 'aborted') {
    return new IntrospectionFault('unreachable', options);
  }
  if (status === 401 || status === 403) {
    return new IntrospectionFault('credentials_refused', options);
  }
  const isStatus = reason === 'status' || reason === 'redirect';
  return new IntrospectionFault(isStatus ? 'status' : 'response', options);
}
