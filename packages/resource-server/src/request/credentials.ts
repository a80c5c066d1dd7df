/**
 * The bearer token that a request presents, in any of the locations that RFC 6750 §2 defines.
 *
 * @module
 */
import { InvalidRequestError, isBearerToken } from '@scopegate/protocol';
import { findBearerCredentials, isPlainObject } from '@scopegate/protocol/internal';
import type { RequestAdapter } from './request-adapter.js';

/** Where a request may carry its token. RFC 6750 §2.1 to §2.3. */
export type CredentialLocation = 'header' | 'body' | 'query';

/** A token and where it was found. */
export interface FoundToken {
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
 * @returns The unverified token; `undefined` when there are no credentials of the `Bearer` scheme. The
 *   grammar of a token from the header is not checked.
 * @throws InvalidRequestError The token is malformed, repeated, or in two places.
 * @see RFC 6750 §2.1
 */
export function findInHeader<Request extends object>(
  request: Request,
  adapter: RequestAdapter<Request>,
): string | undefined {
  const bearerToken = findBearerCredentials(adapter.authorization(request));
  if (bearerToken !== undefined) assertNotInQuery(request, adapter);
  return bearerToken;
}

/**
 * RFC 6750 §2: a request MUST NOT use more than one method. The query is not read as credentials here, but
 * a second token there is rejected.
 */
function assertNotInQuery<Request extends object>(
  request: Request,
  adapter: RequestAdapter<Request>,
): void {
  if (queryTokens(adapter.url(request)).length === 0) return;
  throw new InvalidRequestError('several_locations');
}

/**
 * Finds the bearer token of a request that may carry it in other locations than the header, too.
 *
 * @returns As {@link findInHeader}, with its location.
 * @throws InvalidRequestError As {@link findInHeader}.
 * @see RFC 6750 §2.2, §2.3
 */
export function findInLocations<Request extends object>(
  request: Request,
  adapter: RequestAdapter<Request>,
  locations: ReadonlySet<CredentialLocation>,
): FoundToken | undefined {
  const bearerToken = findBearerCredentials(adapter.authorization(request));
  const isInHeader = bearerToken !== undefined;
  const elsewhere = findBeside(request, { adapter, locations, isInHeader });
  return elsewhere ?? (bearerToken === undefined ? undefined : { location: 'header', bearerToken });
}

/** Where a request may carry a token beside the header. */
interface BesideHeader<Request extends object> {
  readonly adapter: RequestAdapter<Request>;
  readonly locations: ReadonlySet<CredentialLocation>;
  /** Whether the header carries a token, of any scheme. */
  readonly isInHeader: boolean;
}

/**
 * Finds the bearer token of a request outside the header. A token in the query is also refused beside
 * one in the header where the query is not read as credentials: RFC 6750 §2 allows one method per request.
 *
 * @throws InvalidRequestError The token is malformed, repeated, or in two places.
 */
export function findBeside<Request extends object>(
  request: Request,
  { adapter, locations, isInHeader }: BesideHeader<Request>,
): FoundToken | undefined {
  if (locations.size === 1) {
    if (isInHeader) assertNotInQuery(request, adapter);
    return undefined;
  }
  const found: FoundToken[] = [];
  const add = (location: CredentialLocation, bearerToken: string | undefined): void => {
    if (bearerToken !== undefined) found.push({ location, bearerToken });
  };
  if (locations.has('body')) add('body', singleParameter(bodyTokens(request, adapter)));
  const readsQuery = locations.has('query');
  const inQuery = queryTokens(adapter.url(request));
  if (readsQuery) add('query', singleParameter(inQuery));
  const tokens = found.length + (isInHeader ? 1 : 0);
  if (tokens > 1 || (tokens === 1 && !readsQuery && inQuery.length > 0)) {
    throw new InvalidRequestError('several_locations');
  }
  return found[0];
}

/** Lists the values of `access_token` parameters; `undefined` for a name with brackets. */
function queryTokens(url = ''): readonly (string | undefined)[] {
  const start = url.indexOf('?');
  if (start === -1) return [];
  // Most queries contain neither the name nor a percent-encoded form of it.
  if (!url.includes('access_token', start) && !url.includes('%', start)) return [];
  return [...new URLSearchParams(url.slice(start + 1))]
    .filter(([name]) => isTokenParameter(name))
    .map(([name, value]) => (name === 'access_token' ? value : undefined));
}

/** RFC 6750 §2.2: the body must be a single-part form, and the method must allow a body. */
function bodyTokens<Request extends object>(
  request: Request,
  adapter: RequestAdapter<Request>,
): readonly (string | undefined)[] {
  const { contentType, value: body } = adapter.body?.(request) ?? {};
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/x-www-form-urlencoded') return [];
  if (!METHODS_WITH_BODY.has(adapter.method(request) ?? '')) return [];
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
    throw new InvalidRequestError('malformed_parameter').usingScheme('Bearer');
  }
  return value;
}
