/**
 * Whether a token under inspection was revoked, and by what kind of entry.
 *
 * @module
 */
import { InvalidTokenError, type RevocationSubject } from '@scopegate/protocol';
import type { KnownToken } from '../claims/verified-token.js';
import type { RevocationPolicy } from '../revocation/resolve-revocation.js';
import { createRevocationCheck } from '../revocation/revocation-check.js';
import type { RevocationSource } from '../revocation/revocation-source.js';
import { RevocationUnavailableError } from '../revocation/revocation-unavailable-error.js';

/** What an entry of a list of revocations names. */
export type RevokedBy = 'token' | 'session' | 'subject' | 'client';

/** The result of the check of revocation. */
export type RevocationRecord =
  /** The option `revocation` is not set. */
  | { readonly kind: 'unused' }
  /** The token is refused anyway. */
  | { readonly kind: 'not_asked' }
  | { readonly kind: 'not_revoked' }
  | {
      readonly kind: 'revoked';
      /** Empty if the function of the application decided, or an entry that names several of them. */
      readonly by: readonly RevokedBy[];
      readonly isHook: boolean;
      readonly error: InvalidTokenError;
    }
  | { readonly kind: 'unavailable'; readonly error: RevocationUnavailableError };

/**
 * Checks whether a token was revoked, as a request does.
 *
 * @param token - `undefined` if it is refused anyway.
 */
export async function recordRevocation(
  token: KnownToken<unknown> | undefined,
  policy: RevocationPolicy | undefined,
  nowMs: number,
): Promise<RevocationRecord> {
  if (policy === undefined) return { kind: 'unused' };
  if (token === undefined) return { kind: 'not_asked' };
  try {
    await createRevocationCheck(policy)({ token, memo: { notRevokedAt: undefined }, nowMs });
    return { kind: 'not_revoked' };
  } catch (error) {
    if (error instanceof RevocationUnavailableError) return { kind: 'unavailable', error };
    if (!(error instanceof InvalidTokenError)) throw error;
    const source = 'source' in policy ? policy.source : undefined;
    const by = source === undefined ? [] : listKinds(source, token);
    return { kind: 'revoked', by, isHook: source === undefined, error };
  }
}

/** Lists the kinds of entries that revoke a token: those that are found by one member alone. */
function listKinds(source: RevocationSource, token: KnownToken<unknown>): readonly RevokedBy[] {
  const { issuer, issuedAt, expiresAt } = token;
  const unnamed: RevocationSubject = {
    issuer,
    tokenId: undefined,
    subject: undefined,
    clientId: undefined,
    sessionId: undefined,
    issuedAt,
    expiresAt,
  };
  const { tokenId, sessionId, subject, clientId } = token;
  const parts: Readonly<Record<RevokedBy, Partial<RevocationSubject>>> = {
    token: { tokenId },
    session: { sessionId },
    subject: { subject },
    client: { clientId },
  };
  const kinds = Object.keys(parts) as RevokedBy[]; // the object has no other keys
  return kinds.filter((kind) => isRevoked(source, { ...unnamed, ...parts[kind] }));
}

/** A source of the application may not expect that members are `undefined`. */
function isRevoked(source: RevocationSource, subject: RevocationSubject): boolean {
  try {
    return source.isRevoked(subject);
  } catch {
    return false;
  }
}
