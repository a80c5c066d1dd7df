/**
 * The error of a discovery that tried several well-known locations.
 *
 * @module
 */
import { findDecisiveError } from '@scopegate/protocol/internal';

/** Why one location has no usable metadata. The message is safe to show to operators. */
export interface DocumentError extends Error {
  readonly code: string;
  readonly reason: string;
  /** The URL of the document, without its query. */
  readonly url: string | undefined;
  /** The status of the response; `undefined` without a response, or when it is not the fault. */
  readonly status?: number | undefined;
  /** Such as `ECONNREFUSED`; `undefined` when there is none. */
  readonly systemCode?: string | undefined;
}

/**
 * None of the well-known locations that were tried has usable metadata. The message lists each URL
 * and what happened there; the members and the `cause` are those of the decisive failure.
 */
export class DiscoveryError extends Error implements DocumentError {
  override readonly name = 'DiscoveryError';
  readonly code: string;
  readonly reason: string;
  readonly url: string | undefined;
  readonly status: number | undefined;
  readonly systemCode: string | undefined;

  /**
   * @param name - The member that was to be read.
   * @param failures - One for each location that was tried, latest first.
   */
  constructor(
    issuer: string,
    name: 'jwks_uri' | 'introspection_endpoint',
    failures: readonly [DocumentError, ...DocumentError[]],
  ) {
    const cause = findDecisiveError(failures);
    const member = `${name === 'jwks_uri' ? 'a' : 'an'} "${name}"`;
    const expected = `metadata with the "issuer" ${issuer} and ${member}`;
    const outcomes = failures.map(({ message }) => message).reverse();
    super(`no well-known URL has ${expected}: ${outcomes.join('; ')}`, { cause });
    this.code = cause.code;
    this.reason = cause.reason;
    this.url = cause.url;
    this.status = cause.status;
    this.systemCode = cause.systemCode;
  }
}
