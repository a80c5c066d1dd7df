/**
 * The identifier of an issuer, checked at start-up.
 *
 * @module
 */
import {
  assertNotMetadataUrl,
  hasUserinfo,
  invalidOption,
  parseIssuer,
  parseUrl,
} from '@scopegate/protocol/internal';
import {
  assertConfidential,
  givenTypeUnlessString,
  type OptionContext,
} from '../option-context.js';

type Options = Readonly<Record<string, unknown>>;

/**
 * Checks the identifier of an issuer. It must be a URL if metadata is fetched from it; if the keys are
 * configured, nothing is fetched, and it may be any name.
 *
 * @throws TypeError The identifier is missing, or has another form.
 */
export function resolveIdentifier(options: Options, context: OptionContext): string {
  const { issuer, secret, jwks, jwksUri } = options;
  const name = `${context.path}issuer`;
  const isDiscovered = secret === undefined && jwks === undefined && jwksUri === undefined;
  if (issuer === undefined) {
    const form = isDiscovered ? ', an https URL' : '';
    throw invalidOption(name, `is missing; it must be the "iss" of the tokens${form}`);
  }
  const url = parseUrl(issuer);
  if (url !== undefined) assertNotMetadataUrl(url, name);
  return isDiscovered ? resolveUrl(issuer, context) : resolveName(issuer, context);
}

/** RFC 8414 §2: an https URL without query and fragment. */
function resolveUrl(value: unknown, context: OptionContext): string {
  const url = parseIssuer(value);
  if (typeof value !== 'string' || url === undefined) {
    throw invalidOption(
      `${context.path}issuer`,
      `must be an https URL without query and fragment${describeNoUrl(value)}`,
    );
  }
  assertConfidential(url, 'issuer', context);
  return value;
}

/** A name may be meant, or a URL whose scheme is missing. */
function describeNoUrl(value: unknown): string {
  const isName = typeof value === 'string' && value !== '' && !value.includes('://');
  if (!isName) return givenTypeUnlessString(value);
  return '; an issuer that is a name requires "jwks", "jwksUri" or "secret"';
}

/** RFC 7519 §4.1.1, §2: a StringOrURI, which is a URI if it contains a colon. */
function resolveName(value: unknown, { path }: OptionContext): string {
  const name = `${path}issuer`;
  if (typeof value !== 'string' || !isStringOrUri(value)) {
    const given = givenTypeUnlessString(value);
    throw invalidOption(
      name,
      `must be the "iss" of the tokens: a non-empty string, and a URI if it contains a colon${given}`,
    );
  }
  const url = parseUrl(value);
  if (url === undefined || !hasUserinfo(url)) return value;
  throw invalidOption(name, 'must not contain a user or password');
}

/**
 * Whether a value may be the identifier of an issuer. None has white space at its ends or control
 * characters: in options those come from files, and in tokens they would forge lines of a log.
 *
 * @see RFC 7519 §2 (StringOrURI)
 */
export function isStringOrUri(value: string): boolean {
  if (value === '' || value !== value.trim() || /\p{Cc}/u.test(value)) return false;
  return !value.includes(':') || /^[a-z][a-z\d+.-]*:\S+$/i.test(value);
}
