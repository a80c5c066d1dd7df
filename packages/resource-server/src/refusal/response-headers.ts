/**
 * Header fields of responses to guarded requests, next to those that other middleware has set.
 *
 * @module
 */
import vary from 'vary';
import type { FormattedRefusal } from './formatted-refusal.js';

/** The header fields of a response that has not begun, as `ServerResponse` has them. */
export interface ResponseHeaders {
  getHeader(name: string): number | string | readonly string[] | undefined;
  setHeader(name: string, value: string | readonly string[]): unknown;
  removeHeader(name: string): unknown;
}

type Fields = Pick<ResponseHeaders, 'getHeader' | 'setHeader'>;

/**
 * Adds `Authorization` to `Vary`.
 *
 * RFC 9110 §12.5.5: a response to one caller must not be served to another. RFC 9111 §3.5 forbids
 * that even without this field, but nginx does not follow the rule.
 */
export function varyOnAuthorization(headers: Fields): void {
  varyOn(headers, 'Authorization');
}

/** Adds the name of a request field to `Vary`. */
export function varyOn(headers: Fields, name: string): void {
  const field = headers.getHeader('Vary');
  if (field === name) return;
  // `vary` parses the field, which takes longer than everything else here.
  if (field === undefined) headers.setHeader('Vary', name);
  else headers.setHeader('Vary', vary.append(listOf(field), name));
}

/** Fields that describe another body. */
const HEADERS_OF_A_BODY = [
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-Range',
  'ETag',
  'Last-Modified',
  'Trailer',
  'Transfer-Encoding',
];

/**
 * Sets the header fields of a refusal.
 *
 * Keeps what other middleware has set, challenges included, except for fields that describe another
 * body. Exposes the fields that a script needs if the response allows another origin.
 */
export function setRefusalHeaders(
  headers: ResponseHeaders,
  fields: FormattedRefusal['headers'],
): void {
  for (const name of HEADERS_OF_A_BODY) {
    // Node frames a body differently once one of these was removed, even where it was not set.
    if (headers.getHeader(name) !== undefined) headers.removeHeader(name);
  }
  for (const [name, value] of Object.entries(fields)) {
    // A response may have several challenges, but only one `Retry-After`.
    if (name === 'WWW-Authenticate') addChallenges(headers, value);
    else if (name === 'Vary') varyOnAuthorization(headers);
    else headers.setHeader(name, value);
  }
  exposeRefusalHeaders(headers, fields);
}

/** Node's own `appendHeader` would modify the array that the application has set. */
function addChallenges(headers: ResponseHeaders, added: string | readonly string[]): void {
  const existing = [headers.getHeader('WWW-Authenticate') ?? []].flat().map(String);
  headers.setHeader('WWW-Authenticate', existing.length === 0 ? added : [existing, added].flat());
}

const EXPOSED = 'Access-Control-Expose-Headers';

/** What a script needs to request a token with enough scope, or to try again later. */
const HEADERS_OF_A_REFUSAL = ['WWW-Authenticate', 'Retry-After'];

/** What a script needs for its next proof. RFC 9449 §8. */
const NONCE = 'DPoP-Nonce';

/**
 * Exposes the header fields of a refusal if the response allows another origin. Adds to a list that
 * other middleware has set.
 *
 * @param fields - The header fields of the refusal.
 * @see Fetch Standard §3.3: without credentials, `*` exposes every header; with them, it is a name
 */
export function exposeRefusalHeaders(headers: Fields, fields: object): void {
  expose(headers, NONCE in fields ? [...HEADERS_OF_A_REFUSAL, NONCE] : HEADERS_OF_A_REFUSAL);
}

/** Exposes the nonce of a response that is not a refusal. */
export function exposeNonce(headers: Fields): void {
  expose(headers, [NONCE]);
}

function expose(headers: Fields, names: readonly string[]): void {
  if (headers.getHeader('Access-Control-Allow-Origin') === undefined) return;
  const field = listOf(headers.getHeader(EXPOSED) ?? []);
  const exposed = new Set(field.split(',').map((name) => name.trim().toLowerCase()));
  const withCredentials = headers.getHeader('Access-Control-Allow-Credentials') === 'true';
  if (exposed.has('*') && !withCredentials) return;
  const missing = names.filter((name) => !exposed.has(name.toLowerCase()));
  if (missing.length === 0) return;
  headers.setHeader(EXPOSED, [...(field === '' ? [] : [field]), ...missing].join(', '));
}

/** Joins the values of a field that is a list. RFC 9110 §5.3. */
function listOf(value: number | string | readonly string[]): string {
  return [value].flat().join(', ');
}
