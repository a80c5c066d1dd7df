/**
 * What a token may be besides a signed JWT: by its spelling and the configuration, before anything is sent.
 *
 * @module
 */
import type { Introspector } from '../introspection/introspector.js';
import type { TrustedIssuer } from '../issuers/trusted-issuers.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import { KeyRing } from '../keys/key-ring.js';
import type { KeySet } from '../keys/key-set.js';
import { StaticKeySet } from '../keys/static-key-set.js';
import { type DecryptionKey, listDistinctKeys } from '../jwe/decryption-key.js';

/** An issuer whose opaque tokens are accepted. */
export interface OpaqueIssuer {
  readonly issuer: ResolvedIssuer;
  readonly introspector: Introspector;
  /** `undefined` when every token that is not a JWT is sent to it. */
  readonly tokenPrefix: string | undefined;
  readonly maxStaleSeconds: number;
  /** Usable and empty: an answer does not depend on the issuer's keys once it is verified. */
  readonly keySet: KeySet;
}

/** The formats of tokens besides signed JWTs. */
export interface TokenFormats {
  readonly opaqueIssuers: readonly OpaqueIssuer[];
  /** Of all issuers, each once. */
  readonly decryptionKeys: readonly DecryptionKey[];
}

/** The format of a token, as far as its spelling shows it. */
export type TokenFormat = 'jws' | 'jwe' | OpaqueIssuer | undefined;

/**
 * Finds the format of a token. A prefix decides first; otherwise a token with two dots is a JWS, and one with
 * four a JWE if tokens are decrypted here.
 *
 * A JWT that is refused is never introspected: that would be a downgrade, and a leak.
 *
 * @returns `undefined` when no issuer accepts such tokens.
 * @see RFC 7515 §7.1; RFC 7516 §7.1, §9
 */
export function findFormat(
  token: string,
  { opaqueIssuers, decryptionKeys }: TokenFormats,
): TokenFormat {
  for (const issuer of opaqueIssuers) {
    const { tokenPrefix } = issuer;
    if (tokenPrefix !== undefined && token.startsWith(tokenPrefix)) return issuer;
  }
  const dots = token.split('.', 6).length - 1;
  if (dots === 2) return 'jws';
  if (dots === 4 && decryptionKeys.length > 0) return 'jwe';
  return opaqueIssuers.find(({ tokenPrefix }) => tokenPrefix === undefined);
}

/**
 * Lists the formats that the options of the issuers add.
 *
 * @param issuers - Those that are listed; or the shared options, when issuers are found at run time.
 * @returns `undefined` when only signed JWTs are accepted.
 */
export function listFormats(
  issuers: readonly (ResolvedIssuer & Partial<TrustedIssuer>)[],
): TokenFormats | undefined {
  const opaqueIssuers = issuers.flatMap((issuer) => asOpaqueIssuer(issuer));
  const decryptionKeys = listDistinctKeys(
    issuers.flatMap(({ decryption }) => decryption?.keys ?? []),
  );
  if (opaqueIssuers.length === 0 && decryptionKeys.length === 0) return undefined;
  return Object.freeze({ opaqueIssuers, decryptionKeys });
}

function asOpaqueIssuer(issuer: ResolvedIssuer & Partial<TrustedIssuer>): readonly OpaqueIssuer[] {
  const { introspection, introspector } = issuer;
  if (introspection === undefined || introspector === undefined) return [];
  if (introspection.tokens === 'jwt') return [];
  const { tokenPrefix, maxStaleSeconds } = introspection;
  const keySet = StaticKeySet.ofJwks(issuer.issuer, KeyRing.of([]));
  return [{ issuer, introspector, tokenPrefix, maxStaleSeconds, keySet }];
}
