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
   * @param spelling - How it begins, and the rest.
   */
  readonly issue: (members: JsonMembers, spelling?: OpaqueSpelling) => string;
  /** Finds what the introspection endpoint says about a token. */
  readonly find: (token: string) => JsonMembers | undefined;
  /** Returns how a token begins; empty for an unknown token. */
  readonly prefixOf: (token: string) => string;
}

/** How an opaque token is written. */
export interface OpaqueSpelling {
  /** How it begins. @defaultValue none */
  readonly prefix?: string | undefined;
  /** Invents the rest. @defaultValue 43 characters */
  readonly inventToken?: (() => string) | undefined;
}

interface OpaqueToken {
  readonly members: JsonMembers;
  readonly prefix: string;
}

/** Creates an issuer's opaque tokens, which are none at first. */
export function createOpaqueTokens(): OpaqueTokens {
  const tokens = new Map<string, OpaqueToken>();
  return {
    issue(members, { prefix = '', inventToken = inventDefault } = {}) {
      const token = `${prefix}${inventToken()}`;
      tokens.set(token, { members, prefix });
      return token;
    },
    find: (token) => tokens.get(token)?.members,
    prefixOf: (token) => tokens.get(token)?.prefix ?? '',
  };
}

function inventDefault(): string {
  return randomBytes(32).toString('base64url');
}
