/**
 * Errors of HTTP exchanges, with the URL and the system's error code in the message.
 *
 * @module
 */
import { findSystemCode } from '../internal/system-code.js';

/** Why an exchange returned no document. A closed union. */
export type ExchangeReason =
  'network' | 'timeout' | 'aborted' | 'redirect' | 'status' | 'media_type' | 'too_large' | 'json';

/** What an {@link ExchangeError} reports besides the reason. */
export interface ExchangeErrorOptions extends ErrorOptions {
  /** The URL that was requested. */
  readonly url?: URL | undefined;
  /** @defaultValue `'GET'` */
  readonly method?: 'GET' | 'POST' | undefined;
  /** The status of the response, if there is one. */
  readonly status?: number | undefined;
  /** How long the server wants to be left alone, in milliseconds. RFC 9110 §10.2.3. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The server returned no usable document.
 *
 * The message contains the URL without user, password, query and fragment, and nothing of the body.
 */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly code = 'ERR_EXCHANGE';
  readonly reason: ExchangeReason;
  /** The URL as {@link formatUrl} formats it. */
  readonly url: string | undefined;
  /** The status of the response; `undefined` when there is none. */
  readonly status: number | undefined;
  /** How long the server wants to be left alone, in milliseconds; `undefined` if it did not say. */
  readonly retryAfterMs: number | undefined;
  /** Such as `ECONNREFUSED` or `DEPTH_ZERO_SELF_SIGNED_CERT`; `undefined` when there is none. */
  readonly systemCode: string | undefined;

  /** @param outcome - The outcome of the request, as the rest of a sentence: `answered 404 instead of 200`. */
  constructor(reason: ExchangeReason, outcome: string, options: ExchangeErrorOptions = {}) {
    const { url, method = 'GET', status, retryAfterMs, ...errorOptions } = options;
    const shown = url && formatUrl(url);
    const systemCode = findSystemCode(options.cause);
    const request = shown === undefined ? 'the request' : `${method} ${shown}`;
    const why = systemCode === undefined ? '' : `: ${describeSystemCode(systemCode)}`;
    super(`${request} ${outcome}${why}`, errorOptions);
    this.reason = reason;
    this.url = shown;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.systemCode = systemCode;
  }
}

// A URL in a document can be as long as the document.
const MAX_SHOWN_LENGTH = 300;

/**
 * Formats a URL for messages: without user, password, query and fragment, which may be secret, and
 * with at most 300 characters.
 */
export function formatUrl({ protocol, host, pathname, search }: URL): string {
  const text = `${protocol}//${host}${pathname}`;
  const path = text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
  return search === '' ? path : `${path}?…`;
}

// A hint for certificates of private authorities.
const TRUST = 'to trust a private authority, set NODE_EXTRA_CA_CERTS to its certificate';

const UNTRUSTED: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

// Descriptions of the certificate error codes of OpenSSL and Node.
const TLS_FAULTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate in certificate chain',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate of an unknown authority',
  CERT_HAS_EXPIRED: 'expired certificate',
  CERT_NOT_YET_VALID: 'certificate that is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate of another host',
};

function describeSystemCode(code: string): string {
  const fault = Object.hasOwn(TLS_FAULTS, code) ? TLS_FAULTS[code] : undefined;
  if (fault === undefined) return code;
  return UNTRUSTED.has(code) ? `${fault} (${code}); ${TRUST}` : `${fault} (${code})`;
}
