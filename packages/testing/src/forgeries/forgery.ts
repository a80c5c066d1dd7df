/**
 * The building blocks of forged tokens.
 *
 * @module
 */
import type { JsonMembers } from '../shapes/token-shape.js';
import {
  createSigningKey,
  lazily,
  type SigningAlgorithm,
  type SigningKey,
} from '../tokens/signing-keys.js';
import type { TokenDraft } from '../tokens/token-mint.js';

/** The values of the issuer that forgeries use. */
export interface ForgeryContext {
  /** The time, in seconds since the epoch. */
  readonly now: number;
  /** The URL of the attacker's JWKS. */
  readonly forgedJwksUri: string;
}

/** One way to break a valid token. */
export interface Forgery {
  /** What is wrong with the token, in one line. */
  readonly explanation: string;
  /** Makes the broken token from the draft of a valid one. */
  readonly forge: (draft: TokenDraft, context: ForgeryContext) => string;
}

/** A table of forgeries. */
export type Forgeries<Name extends string> = Readonly<Record<Name, Forgery>>;

/** Changes claims of a draft; `undefined` removes a claim. */
export function withClaims(draft: TokenDraft, claims: JsonMembers): TokenDraft {
  return { ...draft, claims: { ...draft.claims, ...claims } };
}

/** Changes header members of a draft; `undefined` removes a member. */
export function withHeader(draft: TokenDraft, header: JsonMembers): TokenDraft {
  return { ...draft, header: { ...draft.header, ...header } };
}

const attackerKeys = new Map<SigningAlgorithm, () => SigningKey>();

/**
 * Returns a key that no issuer publishes. There is one per algorithm and process, because RSA keys
 * are slow to generate.
 */
export function attackerKey(alg: SigningAlgorithm): SigningKey {
  const known = attackerKeys.get(alg) ?? lazily(() => createSigningKey(alg, 'attacker'));
  attackerKeys.set(alg, known);
  return known();
}
