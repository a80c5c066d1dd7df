/**
 * The access token that a request presents, wherever it may stand.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { InvalidRequestError, isBearerToken } from '@scopegate/protocol';
import { findBearerCredentials, isPlainObject } from '@scopegate/protocol/internal';

/** Where a token may stand. RFC 6750 §2.1 to §2.3. */
export type CredentialLocation = 'header' | 'body' | 'query';

/** A token and where it stood. */
export interface PresentedToken {
  /** Unverified; from a header, not even its grammar is checked. */
  readonly credentials: string;
  readonly location: CredentialLocation;
}

/** RFC 6750 §2.2: the request body must have defined semantics. */
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Finds the token of a request that may carry it in the header alone.
 *
 * @returns Octets of the `Bearer` scheme, grammar unchecked; `undefined` when there are none.
 * @throws InvalidRequestError Two headers, an unreadable one, or another token in the query.
 * @see RFC 6750 §2, §2.1
 */
export function findHeaderToken(req: IncomingMessage): string | undefined {
  const credentials = findBearerCredentials(singleAuthorization(req));
  // RFC 6750 §2: a request MUST NOT use more than one method. Nothing is taken from the query, but
  // a token that leaks there is told.
  if (credentials !== undefined && queryTokens(req).length > 0) {
    throw new InvalidRequestError('several_locations');
  }
  return credentials;
}

/**
 * Finds the token of a request that may carry it in several places.
 *
 * The body is looked at after a form parser has read it, and only then.
 *
 * @throws InvalidRequestError Malformed, repeated, or in two places.
 * @see RFC 6750 §2, §2.2, §2.3
 */
export function findToken(
  req: IncomingMessage,
  locations: ReadonlySet<CredentialLocation>,
): PresentedToken | undefined {
  const found: PresentedToken[] = [];
  const add = (location: CredentialLocation, credentials: string | undefined): void => {
    if (credentials !== undefined) found.push({ location, credentials });
  };
  add('header', findBearerCredentials(singleAuthorization(req)));
  if (locations.has('body')) add('body', singleParameter(bodyTokens(req)));
  const inQuery = queryTokens(req);
  if (locations.has('query')) add('query', singleParameter(inQuery));
  else if (found.length > 0 && inQuery.length > 0) {
    throw new InvalidRequestError('several_locations');
  }
  if (found.length > 1) throw new InvalidRequestError('several_locations');
  return found[0];
}

/** Requests that tests make by hand have no raw lines to count. */
type RequestFields = Pick<IncomingMessage, 'headers'> & {
  readonly rawHeaders?: readonly string[];
};

const NO_LINES: readonly string[] = [];

/**
 * RFC 9110 §5.3: `Authorization` has one value. Node keeps the first of several lines, other parties
 * the last, so the raw lines are counted.
 */
function singleAuthorization({
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

/** Every value of an `access_token` parameter; `undefined` for one with structure. */
function queryTokens({ url = '' }: IncomingMessage): readonly (string | undefined)[] {
  const start = url.indexOf('?');
  if (start === -1) return [];
  // Most queries hold neither the name nor a way to spell it otherwise.
  if (!url.includes('access_token', start) && !url.includes('%', start)) return [];
  return [...new URLSearchParams(url.slice(start + 1))]
    .filter(([name]) => isTokenParameter(name))
    .map(([name, value]) => (name === 'access_token' ? value : undefined));
}

/** RFC 6750 §2.2: a form, single part, of a method with a body. */
function bodyTokens(req: IncomingMessage): readonly (string | undefined)[] {
  const mediaType = req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/x-www-form-urlencoded') return [];
  if (!METHODS_WITH_BODY.has(req.method ?? '')) return [];
  const body: unknown = (req as IncomingMessage & { readonly body?: unknown }).body;
  if (!isPlainObject(body)) return [];
  return Object.keys(body)
    .filter(isTokenParameter)
    .map((name) => {
      const value = body[name];
      return name === 'access_token' && typeof value === 'string' ? value : undefined;
    });
}

/** Form parsers turn brackets into lists and objects, or leave them in the name. */
function isTokenParameter(name: string): boolean {
  return name === 'access_token' || name.startsWith('access_token[');
}

/** RFC 6750 §3.1: a repeated parameter is malformed. */
function singleParameter(values: readonly (string | undefined)[]): string | undefined {
  if (values.length === 0) return undefined;
  const [value] = values;
  if (values.length > 1 || value === undefined || !isBearerToken(value)) {
    throw new InvalidRequestError('malformed_parameter');
  }
  return value;
}
