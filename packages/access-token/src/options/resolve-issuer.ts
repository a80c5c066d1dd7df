/**
 * What is said of one issuer, checked at start-up and made complete.
 *
 * @module
 */
import { createSecretKey, KeyObject } from 'node:crypto';
import {
  didYouMean,
  givenType,
  invalidOption,
  isConfidentialUrl,
  isPlainObject,
} from '@scopegate/protocol/internal';
import { isKeyFile } from '../jws/key-file.js';
import { KeyRing, MAX_KEYS } from '../keys/key-ring.js';
import type { AudienceClaim } from '../claims/claim-checks.js';
import type { TypPolicy } from '../claims/token-kind.js';
import { DEFAULTS } from './options.js';
import {
  type Algorithm,
  ALGORITHM_PROFILES,
  prepareKey,
  PUBLIC_KEY_ALGORITHMS,
  SECRET_ALGORITHMS,
} from '../jws/signature.js';

/** An issuer with nothing left open. */
export interface ResolvedIssuer {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly audienceClaim: AudienceClaim;
  readonly algorithms: readonly Algorithm[];
  readonly typ: TypPolicy;
  readonly scopeClaims: readonly string[];
  /** Keys that were given; otherwise where they are fetched: `undefined` for by discovery. */
  readonly keys:
    | { readonly jwks: KeyRing }
    | { readonly secret: KeyRing }
    | { readonly jwksUri: URL | undefined };
}

type Options = Readonly<Record<string, unknown>>;

/**
 * Checks what is said of one issuer.
 *
 * @param place - Where the options stand, for messages: `''` or `issuers[0].`.
 * @throws TypeError That names the option and says what is allowed.
 */
export function resolveIssuer(options: Options, place: string, allowHttp: boolean): ResolvedIssuer {
  // Before all else: what is wrong with a secret is the gravest.
  if (options['secret'] !== undefined) readSecret(options['secret'], `${place}secret`);
  const issuer = resolveIssuerIdentifier(options['issuer'], `${place}issuer`, allowHttp);
  const algorithms = resolveAlgorithms(options, place);
  return Object.freeze({
    issuer,
    audience: resolveAudience(options['audience'], `${place}audience`),
    audienceClaim: resolveAudienceClaim(options['audienceClaim'], `${place}audienceClaim`),
    algorithms,
    typ: resolveTyp(options['typ'], `${place}typ`),
    scopeClaims:
      options['scopeClaims'] === undefined
        ? DEFAULTS.scopeClaims
        : resolveList(options['scopeClaims'], `${place}scopeClaims`),
    keys: resolveKeys(options, algorithms, place, allowHttp),
  });
}

/** RFC 8414 §2: an https URL without query and fragment. */
function resolveIssuerIdentifier(value: unknown, name: string, allowHttp: boolean): string {
  if (value === undefined) {
    throw invalidOption(name, 'is missing; it must be the "iss" of the tokens, an https URL');
  }
  const url = parseUrl(value);
  // The URL parser overlooks white space; no token names an issuer with any.
  if (typeof value !== 'string' || url === undefined || /[?#\s]/.test(value)) {
    throw invalidOption(name, `must be an https URL without query and fragment${typeOf(value)}`);
  }
  assertConfidential(url, name, allowHttp);
  assertNotMetadataUrl(url, name);
  return value;
}

const WELL_KNOWN = /\/\.well-known\/(?:openid-configuration|oauth-authorization-server)(?=\/|$)/;

/** The URL of a metadata document is often taken for the issuer that the document names. */
function assertNotMetadataUrl({ origin, pathname }: URL, name: string): void {
  if (!WELL_KNOWN.test(pathname)) return;
  const issuer = `${origin}${pathname.replace(WELL_KNOWN, '').replace(/\/$/, '')}`;
  throw invalidOption(
    name,
    `must be the issuer, not the URL of its metadata; write "${issuer}", as "issuer" stands in that document`,
  );
}

function resolveAudience(value: unknown, name: string): readonly string[] {
  if (value !== undefined) return resolveList(value, name);
  throw invalidOption(name, 'is missing; it must be what "aud" of the tokens names for this API');
}

function resolveList(value: unknown, name: string): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const isNonEmptyString = (item: unknown): item is string =>
    typeof item === 'string' && item !== '';
  if (list.length > 0 && list.every(isNonEmptyString)) return Object.freeze([...list]);
  const given = list.length > 0 && Array.isArray(value) ? '' : typeOf(value);
  throw invalidOption(name, `must be a non-empty string, or an array of such strings${given}`);
}

function resolveAlgorithms(options: Options, place: string): readonly Algorithm[] {
  const isSecret = options['secret'] !== undefined;
  const allowed: readonly Algorithm[] = isSecret ? SECRET_ALGORITHMS : PUBLIC_KEY_ALGORITHMS;
  const given = options['algorithms'];
  if (given === undefined) return isSecret ? ['HS256'] : DEFAULTS.algorithms;
  const name = `${place}algorithms`;
  if (!Array.isArray(given) || given.length === 0) {
    throw invalidOption(
      name,
      `must be a non-empty array of ${allowed.join(', ')}${givenType(given)}`,
    );
  }
  const chosen = given.map((alg: unknown) => {
    const known = allowed.find((candidate) => candidate === alg);
    if (known !== undefined) return known;
    throw invalidOption(name, `must hold only ${allowed.join(', ')}${algorithmHint(alg, allowed)}`);
  });
  return Object.freeze([...new Set(chosen)]);
}

function algorithmHint(alg: unknown, allowed: readonly Algorithm[]): string {
  if (typeof alg !== 'string') return '';
  const needsSecret = SECRET_ALGORITHMS.some((known) => known === alg);
  return needsSecret ? `; write "secret", too, for ${alg}` : didYouMean(alg, allowed);
}

function resolveAudienceClaim(value: unknown, name: string): AudienceClaim {
  if (value === undefined) return DEFAULTS.audienceClaim;
  if (value === 'aud' || value === 'client_id') return value;
  throw invalidOption(name, 'must be "aud" or "client_id"');
}

function resolveTyp(value: unknown, name: string): TypPolicy {
  if (value === undefined) return DEFAULTS.typ;
  if (value === 'auto' || value === 'at+jwt') return value;
  throw invalidOption(name, 'must be "auto" or "at+jwt"');
}

function resolveKeys(
  options: Options,
  algorithms: readonly Algorithm[],
  place: string,
  allowHttp: boolean,
): ResolvedIssuer['keys'] {
  const { jwksUri, jwks, secret } = options;
  const given = Object.entries({ jwksUri, jwks, secret }).filter(([, it]) => it !== undefined);
  const [first, second] = given.map(([name]) => name);
  if (first !== undefined && second !== undefined) {
    throw invalidOption(`${place}${first}`, `must not stand beside "${second}"; omit one of them`);
  }
  if (secret !== undefined) {
    return { secret: secretRing(secret, algorithms, `${place}secret`) };
  }
  if (jwks !== undefined) return { jwks: staticRing(jwks, algorithms, `${place}jwks`) };
  return { jwksUri: resolveJwksUri(jwksUri, `${place}jwksUri`, allowHttp) };
}

function resolveJwksUri(value: unknown, name: string, allowHttp: boolean): URL | undefined {
  if (value === undefined) return undefined;
  const url = parseUrl(value);
  if (url === undefined) throw invalidOption(name, 'must be an https URL');
  assertConfidential(url, name, allowHttp);
  return url;
}

function staticRing(jwks: unknown, algorithms: readonly Algorithm[], name: string): KeyRing {
  if (!isPlainObject(jwks) || !Array.isArray(jwks['keys'])) {
    throw invalidOption(name, 'must be a JWKS: an object with an array "keys"');
  }
  if (jwks['keys'].length > MAX_KEYS) {
    throw invalidOption(
      name,
      `must have at most ${MAX_KEYS} keys; leave out those that sign no tokens`,
    );
  }
  const ring = KeyRing.import(jwks, algorithms);
  if (ring.size > 0) return ring;
  const reasons = ring.skipped.map(({ index, reason }) => `keys[${index}]: ${reason}`).join(', ');
  throw invalidOption(name, `must hold a key to verify with (${reasons || 'it has none'})`);
}

function secretRing(secret: unknown, algorithms: readonly Algorithm[], name: string): KeyRing {
  const keyObject = readSecret(secret, name);
  const keys = algorithms.map((alg) => {
    const { bytes } = ALGORITHM_PROFILES[alg];
    // RFC 7518 §3.2: at least as long as the hash.
    if ((keyObject.symmetricKeySize ?? 0) < bytes) {
      throw invalidOption(name, `must have at least ${bytes} octets for ${alg}`);
    }
    return prepareKey(alg, undefined, keyObject);
  });
  return KeyRing.of(keys);
}

function readSecret(secret: unknown, name: string): KeyObject {
  const isKey = secret instanceof KeyObject;
  if (!isKey && !(secret instanceof Uint8Array)) {
    throw invalidOption(name, 'must be a Uint8Array or a secret KeyObject, not text');
  }
  // What is published cannot be a secret: anyone could sign tokens with it.
  if (isKey ? secret.type !== 'secret' || isKeyFile(secret.export()) : isKeyFile(secret)) {
    throw invalidOption(
      name,
      'must not be a public key, a private key or a certificate; configure the keys of the ' +
        'issuer by "jwks", "jwksUri" or discovery instead, and "algorithms" if need be',
    );
  }
  return isKey ? secret : createSecretKey(secret);
}

/** Where a string could be right, its type is not what is wrong with it. */
function typeOf(value: unknown): string {
  return typeof value === 'string' ? '' : givenType(value);
}

function parseUrl(value: unknown): URL | undefined {
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
}

function assertConfidential(url: URL, name: string, allowHttp: boolean): void {
  if (url.username !== '' || url.password !== '') {
    throw invalidOption(name, 'must not hold a user or password');
  }
  if (isConfidentialUrl(url) || (allowHttp && url.protocol === 'http:')) return;
  throw invalidOption(
    name,
    'must be an https URL; http is only for localhost, 127.0.0.0/8 and [::1]',
  );
}
