/**
 * Requests and responses of an endpoint, independent of any socket.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';

/** A request to an endpoint. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Field values by lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Whether the URL has a query. */
  readonly hasQuery: boolean;
  readonly body: string;
}

/** A response of an endpoint. */
export interface HttpAnswer {
  readonly status: number;
  /** Field values by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Creates a response with a JSON body. */
export function jsonAnswer(
  status: number,
  document: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const body = JSON.stringify(document);
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

/**
 * Adds an entity-tag to a response, or turns it into 304 if the client has the same document.
 *
 * @param ifNoneMatch - The value of `If-None-Match`: entity-tags or `*`.
 * @see RFC 9110 §13.1.2, §15.4.5
 */
export function withEntityTag(answer: HttpAnswer, ifNoneMatch: string | undefined): HttpAnswer {
  const etag = `"${createHash('sha256').update(answer.body).digest('base64url').slice(0, 22)}"`;
  const headers: Record<string, string> = { ...answer.headers, etag };
  const held = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  if (!held.includes(etag) && !held.includes('*')) return { ...answer, headers };
  return { status: 304, headers: withoutHeader(headers, 'content-type'), body: '' };
}

/**
 * Checks that header fields can be sent.
 *
 * @returns The same fields, by lower-case name.
 * @throws TypeError A name is not a token, or a value is not a string or has control characters.
 */
export function checkedHeaders(headers: Readonly<Record<string, unknown>>): HttpAnswer['headers'] {
  const fields = Object.entries(headers).map(([name, value]) => {
    if (typeof value !== 'string') throw new TypeError(`header field "${name}" must be a string`);
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return [name.toLowerCase(), value] as const;
  });
  return Object.fromEntries(fields);
}

/** Removes a header field. */
export function withoutHeader(headers: HttpAnswer['headers'], name: string): HttpAnswer['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([field]) => field !== name));
}
