/**
 * What an endpoint is asked and what it answers, apart from any socket.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';

/** A request as an endpoint sees it. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Field values by lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Whether the URL has a query. */
  readonly hasQuery: boolean;
  readonly body: string;
}

/** An answer as an endpoint gives it. */
export interface HttpAnswer {
  readonly status: number;
  /** Field values by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes an answer with a JSON body. */
export function jsonAnswer(
  status: number,
  document: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const body = JSON.stringify(document);
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

/**
 * Gives an answer its entity-tag, and shortens it when the caller holds the same.
 *
 * @param ifNoneMatch - The request's field value: one entity-tag, a list or `*`.
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
 * @returns The same fields by lower-case name.
 * @throws TypeError When a name is no token or a value has control characters.
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

/** Header fields without one of them. */
export function withoutHeader(headers: HttpAnswer['headers'], name: string): HttpAnswer['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([field]) => field !== name));
}
