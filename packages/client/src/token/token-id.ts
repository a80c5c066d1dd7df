/**
 * The id under which processes share a token.
 *
 * @module
 */
import { hash } from 'node:crypto';
import type { TokenTarget } from './token-target.js';

/** Who requests tokens, and how. */
export interface TokenOwner {
  readonly issuer: string;
  readonly clientId: string;
  /** The registered name of the method of client authentication. */
  readonly method: string;
  /** The URL of the token endpoint, which may be that of one tenant; `undefined` means discovery. */
  readonly tokenEndpoint: string | undefined;
  /** The thumbprint of the key to which tokens are bound; `undefined` for bearer tokens. RFC 7638. */
  readonly keyThumbprint: string | undefined;
}

/**
 * Formats the id: 43 characters of base64url. It is equal for processes whose tokens are interchangeable, and
 * nothing can be read from it.
 */
export function formatTokenId(
  { issuer, tokenEndpoint, clientId, method, keyThumbprint }: TokenOwner,
  target: TokenTarget,
): string {
  const owner = [issuer, tokenEndpoint ?? null, clientId, method, keyThumbprint ?? null];
  const parts = [1, ...owner, target.key];
  return hash('sha256', JSON.stringify(parts), 'base64url');
}
