/**
 * Authorization server metadata: the well-known URLs of an issuer, and which of them is read.
 *
 * @module
 */
import { invalidOption } from '../internal/option-checks.js';

/** A well-known location of metadata: that of RFC 8414, or that of OpenID Connect Discovery. */
export type MetadataPlace = 'oauth2' | 'oidc';

/** The reasons of errors that mean that there is no complete response. */
const OUTAGES: ReadonlySet<unknown> = new Set(['network', 'timeout', 'aborted', 'closed']);

/** The reasons of errors that mean that a response came, but not a JSON document. */
const NO_DOCUMENT: ReadonlySet<unknown> = new Set([
  'status',
  'redirect',
  'media_type',
  'too_large',
  'json',
]);

/** Why one location has no usable metadata. */
export interface MetadataFailure extends Error {
  readonly reason: string;
}

/** At least one URL. */
export type MetadataUrls = readonly [URL, ...URL[]];

/** How metadata is read. */
export interface MetadataReader<Metadata, Failure extends MetadataFailure> {
  /** Fetches and checks the document at one location. */
  readonly read: (url: URL) => Promise<Metadata>;
  /** Whether an error of `read` is about the location; after any other error reading ends. */
  readonly isFailure: (error: unknown) => error is Failure;
  /** Creates the error when several locations were tried, from one failure for each, latest first. */
  readonly createError: (failures: readonly [Failure, ...Failure[]]) => Error;
}

/**
 * Reads metadata from the first well-known location that has a usable document.
 *
 * The next location is tried after any response that cannot be used: servers send a 404, a login
 * page, an error of their gateway or the document of another issuer at the URLs that they do not
 * support. It is not tried when there is no response, because all locations are on one host.
 *
 * @throws The error of `read` when one location was tried; otherwise that of `createError`.
 * @see RFC 8414 §3.3, §5
 */
export async function readMetadata<Metadata, Failure extends MetadataFailure>(
  issuer: URL,
  reader: MetadataReader<Metadata, Failure>,
): Promise<Metadata> {
  return await readFirstUsable(listMetadataUrls(issuer), reader, []);
}

async function readFirstUsable<Metadata, Failure extends MetadataFailure>(
  [url, ...others]: MetadataUrls,
  reader: MetadataReader<Metadata, Failure>,
  earlier: readonly Failure[],
): Promise<Metadata> {
  try {
    return await reader.read(url);
  } catch (error) {
    if (!reader.isFailure(error)) throw error;
    const failures = [error, ...earlier] as const;
    const [next, ...later] = OUTAGES.has(error.reason) ? [] : others;
    if (next !== undefined) return await readFirstUsable([next, ...later], reader, failures);
    throw earlier.length === 0 ? error : reader.createError(failures);
  }
}

/**
 * Finds the failure that says most about why there is no metadata: an outage, then the first document
 * that cannot be used, then the latest response without a document.
 *
 * @param failures - Latest first.
 */
export function findDecisiveError<Failure extends MetadataFailure>(
  failures: readonly [Failure, ...Failure[]],
): Failure {
  return (
    failures.find(({ reason }) => OUTAGES.has(reason)) ??
    failures.findLast(({ reason }) => !NO_DOCUMENT.has(reason)) ??
    failures.find(({ reason }) => reason !== 'status') ??
    failures[0]
  );
}

/**
 * Lists the URLs at which an issuer may publish its metadata, in the order in which they are tried:
 * that of RFC 8414 §3.1, that of OpenID Connect Discovery 1.0 §4, and the one of RFC 8414 §5, which
 * differs from the second if the issuer has a path: its path is at the end.
 */
export function listMetadataUrls(issuer: URL): MetadataUrls {
  const urls: MetadataUrls = [metadataUrl(issuer, 'oauth2'), metadataUrl(issuer, 'oidc')];
  const path = issuer.pathname.replace(/\/$/, '');
  if (path === '') return urls;
  return [...urls, new URL(`${issuer.origin}/.well-known/openid-configuration${path}`)];
}

/**
 * Returns the URL of an issuer's metadata.
 *
 * RFC 8414 §3.1 inserts the well-known path between host and path; OpenID Connect Discovery 1.0 §4
 * appends it to the path. Both remove a trailing slash of the path first.
 */
export function metadataUrl({ origin, pathname }: URL, place: MetadataPlace): URL {
  const path = pathname.replace(/\/$/, '');
  return place === 'oauth2'
    ? new URL(`${origin}/.well-known/oauth-authorization-server${path}`)
    : new URL(`${origin}${path}/.well-known/openid-configuration`);
}

/**
 * Parses an issuer identifier.
 *
 * @returns `undefined` unless the value is a URL with an authority, without query, fragment and white
 *   space.
 * @see RFC 8414 §2
 */
export function parseIssuer(value: unknown): URL | undefined {
  // The URL parser ignores white space around a URL, and takes the host of "as.example:8443" for a
  // scheme.
  const isPlain = typeof value === 'string' && /^[a-z][a-z\d+.-]*:\/\/[^?#\s]*$/i.test(value);
  return isPlain && URL.canParse(value) ? new URL(value) : undefined;
}

const WELL_KNOWN = /\/\.well-known\/(?:openid-configuration|oauth-authorization-server)(?=\/|$)/;

/**
 * Requires that an issuer is not the URL of its metadata, which is often mistaken for it.
 *
 * @param name - The name of the option, in the message.
 * @throws TypeError It is the URL of metadata; the message contains the issuer.
 */
export function assertNotMetadataUrl({ protocol, origin, pathname }: URL, name: string): void {
  if (!/^https?:$/.test(protocol) || !WELL_KNOWN.test(pathname)) return;
  const issuer = `${origin}${pathname.replace(WELL_KNOWN, '').replace(/\/$/, '')}`;
  throw invalidOption(
    name,
    `must be the issuer, not the URL of its metadata; write "${issuer}", the "issuer" in that document`,
  );
}
