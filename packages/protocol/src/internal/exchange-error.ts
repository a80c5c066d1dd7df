/**
 * Why an HTTP exchange gave no document, with the URL and the system's cause in the message.
 *
 * @module
 */
import { isPlainObject } from './option-checks.js';

/** Why an exchange gave no document. A closed union. */
export type ExchangeReason =
  'network' | 'timeout' | 'aborted' | 'redirect' | 'status' | 'media_type' | 'too_large' | 'json';

/** What is known of a failed exchange beside its reason. */
export interface ExchangeErrorOptions extends ErrorOptions {
  /** The URL that was requested. */
  readonly url?: URL | undefined;
  /** The status of the answer, when there was one. */
  readonly status?: number | undefined;
}

/**
 * The other side gave no usable document.
 *
 * The message names the URL without user, password, query and fragment, and holds nothing of the
 * answer's body.
 */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly code = 'ERR_EXCHANGE';
  readonly reason: ExchangeReason;
  /** As {@link formatUrl} shows it. */
  readonly url: string | undefined;
  /** The status of the answer; `undefined` when there was none. */
  readonly status: number | undefined;
  /** Such as `ECONNREFUSED` or `DEPTH_ZERO_SELF_SIGNED_CERT`; `undefined` when none is known. */
  readonly systemCode: string | undefined;

  /** @param outcome - What came of the request, as the rest of a sentence: `answered 404`. */
  constructor(reason: ExchangeReason, outcome: string, options: ExchangeErrorOptions = {}) {
    const { url, status, ...errorOptions } = options;
    const shown = url && formatUrl(url);
    const systemCode = findSystemCode(options.cause);
    const request = shown === undefined ? 'the request' : `GET ${shown}`;
    const why = systemCode === undefined ? '' : `: ${describeSystemCode(systemCode)}`;
    super(`${request} ${outcome}${why}`, errorOptions);
    this.reason = reason;
    this.url = shown;
    this.status = status;
    this.systemCode = systemCode;
  }
}

// A URL from a document can be as long as the document.
const MAX_SHOWN_LENGTH = 300;

/**
 * Formats a URL for messages: without user, password, query and fragment, where secrets may be, and
 * shortened beyond 300 characters.
 */
export function formatUrl({ protocol, host, pathname, search }: URL): string {
  const text = `${protocol}//${host}${pathname}`;
  const path = text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
  return search === '' ? path : `${path}?…`;
}

// Node wraps: fetch failed > AggregateError > Error.
const MAX_CAUSES = 5;
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/** Finds the innermost code among the causes; only codes, because messages may quote anything. */
function findSystemCode(cause: unknown): string | undefined {
  let found: string | undefined;
  let error = cause;
  // Errors of another realm, as under Jest, are not instances of our Error.
  for (let depth = 0; depth < MAX_CAUSES && isPlainObject(error); depth += 1) {
    const code = error['code'];
    if (typeof code === 'string' && SYSTEM_CODE.test(code)) found = code;
    error = error['cause'];
  }
  return found;
}

// The codes of OpenSSL and Node that an operator of a private certificate authority meets.
const TLS_FAULTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate in the chain',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate of an unknown authority',
  CERT_HAS_EXPIRED: 'expired certificate',
  CERT_NOT_YET_VALID: 'certificate that is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate of another host',
};

function describeSystemCode(code: string): string {
  const fault = Object.hasOwn(TLS_FAULTS, code) ? TLS_FAULTS[code] : undefined;
  return fault === undefined ? code : `${fault} (${code})`;
}
