/**
 * Where an issuer's keys come from: options checked at start-up, given keys imported.
 *
 * @module
 */
import { createSecretKey, KeyObject } from 'node:crypto';
import { invalidOption, isPlainObject, parseUrl } from '@scopegate/protocol/internal';
import { isKeyFile } from '../jws/key-file.js';
import { type Algorithm, ALGORITHM_PROFILES, prepareKey } from '../jws/signature.js';
import { KeyRing, MAX_KEYS } from '../keys/key-ring.js';
import { assertConfidential, type OptionContext } from '../option-context.js';

/** Given keys, or the URL to fetch them from; `undefined` means discovery. */
export type ResolvedKeys =
  { readonly jwks: KeyRing } | { readonly secret: KeyRing } | { readonly jwksUri: URL | undefined };

type Options = Readonly<Record<string, unknown>>;

/**
 * Resolves the options `jwksUri`, `jwks` and `secret`, of which at most one may be given.
 *
 * @throws TypeError An option is out of range, or two of them are given.
 */
export function resolveKeys(
  options: Options,
  algorithms: readonly Algorithm[],
  context: OptionContext,
): ResolvedKeys {
  const { jwksUri, jwks, secret } = options;
  const { path } = context;
  assertOneSource(options, path);
  if (secret !== undefined) return { secret: importSecret(secret, algorithms, `${path}secret`) };
  if (jwks !== undefined) return { jwks: importJwks(jwks, algorithms, `${path}jwks`) };
  return { jwksUri: resolveJwksUri(jwksUri, context) };
}

function assertOneSource({ jwksUri, jwks, secret }: Options, path: string): void {
  const sources = Object.entries({ jwksUri, jwks, secret });
  const [first, ...others] = sources.flatMap(([name, value]) => (value === undefined ? [] : name));
  if (first === undefined || others.length === 0) return;
  const combined = others.map((name) => `"${name}"`).join(' or ');
  throw invalidOption(`${path}${first}`, `cannot be combined with ${combined}`);
}

function resolveJwksUri(value: unknown, context: OptionContext): URL | undefined {
  if (value === undefined) return undefined;
  const url = parseUrl(value);
  if (url === undefined) throw invalidOption(`${context.path}jwksUri`, 'must be an https URL');
  assertConfidential(url, 'jwksUri', context);
  return url;
}

function importJwks(jwks: unknown, algorithms: readonly Algorithm[], name: string): KeyRing {
  if (!isPlainObject(jwks) || !Array.isArray(jwks['keys'])) {
    throw invalidOption(name, 'must be a JWKS: an object with a "keys" array');
  }
  if (jwks['keys'].length > MAX_KEYS) {
    throw invalidOption(name, `must have at most ${MAX_KEYS} keys; omit those that sign no tokens`);
  }
  const ring = KeyRing.import(jwks, algorithms);
  if (ring.size > 0) return ring;
  const reasons = ring.skipped.map(({ index, reason }) => `keys[${index}]: ${reason}`).join(', ');
  throw invalidOption(name, `must contain a usable key (${reasons || 'it has none'})`);
}

function importSecret(secret: unknown, algorithms: readonly Algorithm[], name: string): KeyRing {
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

/** In other libraries, such a function finds the key of each token. */
const KEYS_OF_A_FUNCTION =
  'omit it for discovery, write "jwksUri", or write "issuers": { resolve } for many tenants';

/** Checks a secret. A string is refused: text has far less entropy than its length suggests. */
export function readSecret(secret: unknown, name: string): KeyObject {
  const isKey = secret instanceof KeyObject;
  if (!isKey && !(secret instanceof Uint8Array)) {
    const given = typeof secret === 'function' ? `a function; ${KEYS_OF_A_FUNCTION}` : 'text';
    throw invalidOption(name, `must be a Uint8Array or a secret KeyObject, not ${given}`);
  }
  // Anyone who has a published key or certificate could sign tokens with it.
  if (isKey ? secret.type !== 'secret' || isKeyFile(secret.export()) : isKeyFile(secret)) {
    throw invalidOption(
      name,
      'must not be a public key, a private key or a certificate; configure the keys of the ' +
        'issuer by "jwks", "jwksUri" or discovery instead, and "algorithms" if needed',
    );
  }
  return isKey ? secret : createSecretKey(secret);
}
