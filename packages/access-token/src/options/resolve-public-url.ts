/**
 * The URLs of an API as its callers know them, checked at start-up.
 *
 * @module
 */
import {
  invalidOption,
  isPlainObject,
  isTransportAllowed,
  parseUrl,
} from '@scopegate/protocol/internal';
import { normalizeUrl } from '../dpop/request-url.js';
import { assertConfidential, givenTypeUnlessString } from '../option-context.js';

/** Where the public URL comes from when it is not configured, and which URLs it may be. */
export interface PublicUrlContext {
  /** What tokens for this API have as `aud`. */
  readonly audiences: readonly string[];
  /** The option `dangerouslyAllowHttp`. */
  readonly allowHttp: boolean;
}

const OPTION = 'dpop.publicUrl';

/**
 * Checks the option `dpop.publicUrl`.
 *
 * @returns The URLs, normalized like `htu` is, without a slash at the end.
 * @throws TypeError It is not an https URL, or it is missing and no audience is one.
 */
export function resolvePublicUrls(given: unknown, context: PublicUrlContext): readonly string[] {
  if (given === undefined) return Object.freeze([defaultUrl(context)]);
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (values.length === 0) throw invalidOption(OPTION, 'must not be an empty array');
  const urls = values.map((value) => resolveUrl(value, context));
  return Object.freeze([...new Set(urls)]);
}

/** An audience may have a path that the URLs of the API do not start with: only its origin is used. */
function defaultUrl({ audiences, allowHttp }: PublicUrlContext): string {
  const urls = audiences.flatMap((audience) => parseUrl(audience) ?? []);
  const found =
    urls.find(({ protocol }) => protocol === 'https:') ??
    urls.find((url) => isTransportAllowed(url, { allowHttp }));
  if (found !== undefined) return found.origin;
  throw invalidOption(
    OPTION,
    'is missing, and no audience is an https URL; it must be the URL of this API as callers know it',
  );
}

function resolveUrl(value: unknown, { allowHttp }: PublicUrlContext): string {
  const url = parseUrl(value);
  if (url !== undefined) assertConfidential(url, OPTION, { path: '', allowHttp });
  const hasOnlyPath = typeof value === 'string' && !/[?#]/.test(value);
  const normalized = hasOnlyPath ? normalizeUrl(value) : undefined;
  if (url !== undefined && normalized !== undefined) return normalized.replace(/\/$/, '');
  const given = givenTypeUnlessString(value);
  throw invalidOption(OPTION, `must be an https URL without query and fragment${given}`);
}

/**
 * Uses the origin of a resource identifier as the public URL of a resource server, unless its options
 * contain one. RFC 9728 §1.2: the identifier is a URL of the resource.
 *
 * @param options - Unchecked, as is `resource`; {@link resolvePublicUrls} checks them.
 */
export function addDefaultPublicUrl<Options extends object>(
  options: Options,
  resource: unknown,
): Options {
  const dpop: unknown = (options as { readonly dpop?: unknown }).dpop;
  const given = dpop === true ? {} : dpop;
  const url = parseUrl(resource);
  if (!isPlainObject(given) || given['publicUrl'] !== undefined || url === undefined)
    return options;
  return { ...options, dpop: { ...given, publicUrl: url.origin } };
}
