/**
 * Checks that the presets share.
 *
 * @module
 */
import { assertKnownOptions, invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import type { IntrospectionOptions } from '../introspection/introspection-options.js';
import type { TokenPolicy } from '../options/issuer-options.js';

/** The identifier of the API: the option `audience` of {@link TokenPolicy}. */
export type ProviderAudience = TokenPolicy['audience'];

/** The hint for the credentials of a client. */
export const NO_CLIENT_HINT = 'omit it: an API verifies tokens and does not request them';
/** The hint for the forms in which other libraries name a host. */
export const DOMAIN_HINT = 'write "domain": the host name alone';

/** The options of a preset: checked names, unchecked values. */
export type ReadProviderOptions = Readonly<Record<string, unknown>> & {
  /** The verifier checks it. */
  readonly audience: ProviderAudience;
};

/** The names of a preset's options. */
export interface ProviderOptionNames {
  /** The names that the preset reads. */
  readonly names: readonly string[];
  /** Names that the vendor and its libraries use, and what to write instead. */
  readonly hints: Readonly<Record<string, string>>;
}

/**
 * Checks the names only: the verifier checks the audience.
 *
 * @throws TypeError An option is unknown, or the options are not an object.
 */
export function readProviderOptions(
  where: string,
  options: unknown,
  known: ProviderOptionNames,
): ReadProviderOptions {
  assertKnownOptions(where, options, known);
  return options as ReadProviderOptions;
}

/**
 * Reads the option `domain`.
 *
 * @throws TypeError It is not a host name in lower case.
 */
export function readHost(value: unknown): string {
  const isHost = typeof value === 'string' && /^[a-z\d-]+(\.[a-z\d-]+)+$/.test(value);
  if (isHost) return value;
  throw invalidOption('domain', 'must be a host name in lower case; omit scheme and path');
}

/**
 * Reads an option that becomes one segment of a path.
 *
 * @throws TypeError It contains a character that a segment would have to encode.
 */
export function readSegment(value: unknown, name: string): string {
  if (typeof value === 'string' && /^[\w.~-]+$/.test(value)) return value;
  throw invalidOption(name, 'must be a name of letters, digits and _ . ~ -');
}

/**
 * Reads the option `serverUrl`.
 *
 * @returns The URL without a trailing slash.
 * @throws TypeError It is not a URL, or has a query or a fragment.
 */
export function readServerUrl(value: unknown): string {
  if (typeof value === 'string' && URL.canParse(value) && !/[?#\s]/.test(value)) {
    return value.replace(/\/$/, '');
  }
  throw invalidOption(
    'serverUrl',
    'must be a URL without query and fragment, such as "https://login.example.com"',
  );
}

/**
 * Adds how the opaque tokens of a server begin; the verifier checks the other options.
 *
 * @throws TypeError The options are not an object.
 */
export function readIntrospection(
  introspection: IntrospectionOptions,
  tokenPrefix: string,
): IntrospectionOptions {
  const given: unknown = introspection;
  if (!isPlainObject(given)) throw invalidOption('introspection', 'is required; pass an object');
  return { ...introspection, tokenPrefix: introspection.tokenPrefix ?? tokenPrefix };
}
