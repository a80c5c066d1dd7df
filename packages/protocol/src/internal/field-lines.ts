/**
 * Field lines of requests of Node's HTTP server.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { InvalidRequestError } from '../bearer-errors.js';

/** Requests that tests construct may lack `rawHeaders`. */
export type RequestFields = Pick<IncomingMessage, 'headers'> & {
  readonly rawHeaders?: readonly string[];
};

const NO_LINES: readonly string[] = [];

/**
 * Returns the field value of `Authorization`.
 *
 * RFC 9110 §5.3: it has one value. Node keeps the first of several lines, other implementations keep
 * the last, so the raw lines are counted.
 *
 * @throws InvalidRequestError There are several lines.
 */
export function readAuthorization({
  headers,
  rawHeaders = NO_LINES,
}: RequestFields): string | undefined {
  let lines = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') lines += 1;
  }
  if (lines > 1) throw new InvalidRequestError('repeated_authorization');
  return headers.authorization;
}

/**
 * Lists the lines of a field, none of them joined.
 *
 * @param name - The field name in lower case.
 */
export function readFieldLines(
  { headers, rawHeaders }: RequestFields,
  name: string,
): readonly string[] {
  if (rawHeaders === undefined) return [headers[name] ?? []].flat();
  const lines: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1];
    if (rawHeaders[index]?.toLowerCase() === name && value !== undefined) lines.push(value);
  }
  return lines;
}
