/**
 * The bearer token that a request presents, in any of the locations that RFC 6750 §2 defines.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { InvalidRequestError, isBearerToken } from '@scopegate/protocol';
import { findBearerCredentials, isPlainObject } from '@scopegate/protocol/internal';

/** Where a request may carry its token. RFC 6750 §2.1 to §2.3. */
export type CredentialLocation = 'header' | 'body' | 'query';

/** A token and where it was found. */
interface FoundToken {
  /** Unverified. The grammar of a token from the header is not checked either. */
  readonly bearerToken: string;
  readonly location: CredentialLocation;
}

/** RFC 6750 §2.2: the request body must have defined semantics. */
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Finds the bearer token of a request.
 *
 * A body is read only after a form parser has parsed it.
 *
 * @param res - Its `Cache-Control` is set when the token was not in the `Authorization` header.
 * @returns The unverified token; `undefined` when there are no credentials of the `Bearer` scheme. The
 *   grammar of a token from the header is not checked.
 * @throws InvalidRequestError The token is malformed, repeated, or in two places.
 * @see RFC 6750 §2
 */
export function findBearerToken(
  req: IncomingMessage,
  res: ServerResponse,
  locations: ReadonlySet<CredentialLocation>,
): string | undefined {
  if (locations.size === 1) return findInHeader(req);
  const found = findInLocations(req, locations);
  if (found === undefined) return undefined;
  // RFC 6750 §2.3: without an `Authorization` header, shared caches may store the response.
  if (found.location !== 'header') res.setHeader('Cache-Control', 'private, no-store');
  return found.bearerToken;
}

function findInHeader(req: IncomingMessage): string | undefined {
  const bearerToken = findBearerCredentials(singleAuthorization(req));
  // RFC 6750 §2: a request MUST NOT use more than one method. The query is never read as
  // credentials, but a second token there is rejected.
  if (bearerToken !== undefined && queryTokens(req).length > 0) {
    throw new InvalidRequestError('several_locations');
  }
  return bearerToken;
}

function findInLocations(
  req: IncomingMessage,
  locations: ReadonlySet<CredentialLocation>,
): FoundToken | undefined {
  const found: FoundToken[] = [];
  const add = (location: CredentialLocation, bearerToken: string | undefined): void => {
    if (bearerToken !== undefined) found.push({ location, bearerToken });
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

/** Requests that tests construct may lack `rawHeaders`. */
type RequestFields = Pick<IncomingMessage, 'headers'> & {
  readonly rawHeaders?: readonly string[];
};

const NO_LINES: readonly string[] = [];

/**
 * RFC 9110 §5.3: `Authorization` has one value. Node keeps the first of several lines, other
 * implementations keep the last, so the raw lines are counted.
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

/** Lists the values of `access_token` parameters; `undefined` for a name with brackets. */
function queryTokens({ url = '' }: IncomingMessage): readonly (string | undefined)[] {
  const start = url.indexOf('?');
  if (start === -1) return [];
  // Most queries contain neither the name nor a percent-encoded form of it.
  if (!url.includes('access_token', start) && !url.includes('%', start)) return [];
  return [...new URLSearchParams(url.slice(start + 1))]
    .filter(([name]) => isTokenParameter(name))
    .map(([name, value]) => (name === 'access_token' ? value : undefined));
}

/** RFC 6750 §2.2: the body must be a single-part form, and the method must allow a body. */
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

/** Form parsers turn brackets into arrays and objects, or leave them in the name. */
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
