/**
 * The opaque tokens of an issuer.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { JsonMembers } from '../shapes/token-shape.js';

/** The opaque tokens that an issuer has issued. */
export interface OpaqueTokens {
  /**
   * Issues a token.
   *
   * @param members - What the introspection endpoint says about it.
   * @param prefix - How it begins.
   */
  readonly issue: (members: JsonMembers, prefix?: string) => string;
  /** Finds what the introspection endpoint says about a token. */
  readonly find: (token: string) => JsonMembers | undefined;
  /** Returns how a token begins; empty for an unknown token. */
  readonly prefixOf: (token: string) => string;
}

interface OpaqueToken {
  readonly members: JsonMembers;
  readonly prefix: string;
}

/** Creates an issuer's opaque tokens, which are none at first. */
export function createOpaqueTokens(): OpaqueTokens {
  const tokens = new Map<string, OpaqueToken>();
  return {
    issue(members, prefix = '') {
      const token = `${prefix}${randomBytes(32).toString('base64url')}`;
      tokens.set(token, { members, prefix });
      return token;
    },
    find: (token) => tokens.get(token)?.members,
    prefixOf: (token) => tokens.get(token)?.prefix ?? '',
  };
}
