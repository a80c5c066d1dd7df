/**
 * What a forged token is made of.
 *
 * @module
 */
import type { JsonMembers } from '../tokens/compact-jws.js';
import {
  createSigningKey,
  lazily,
  type SigningAlgorithm,
  type SigningKey,
} from '../tokens/signing-keys.js';
import type { TokenDraft } from '../tokens/token-mint.js';

/** Where a forgery is made. */
export interface ForgeryScene {
  /** The time, in seconds since the epoch. */
  readonly now: number;
  /** Where the attacker's public key is served. */
  readonly forgedJwksUri: string;
}

/** One way to break a good token. */
export interface Forgery {
  /** One line: what is wrong with the token. */
  readonly explanation: string;
  /** Breaks the token that the draft would have become. */
  readonly forge: (draft: TokenDraft, scene: ForgeryScene) => string;
}

/** A table of forgeries. */
export type Forgeries<Name extends string> = Readonly<Record<Name, Forgery>>;

/** The draft with other claims; `undefined` leaves a claim out. */
export function withClaims(draft: TokenDraft, claims: JsonMembers): TokenDraft {
  return { ...draft, claims: { ...draft.claims, ...claims } };
}

/** The draft with other header members; `undefined` leaves a member out. */
export function withHeader(draft: TokenDraft, header: JsonMembers): TokenDraft {
  return { ...draft, header: { ...draft.header, ...header } };
}

const attackerKeys = new Map<SigningAlgorithm, () => SigningKey>();

/**
 * A key that belongs to no issuer. There is one per algorithm and process, for RSA keys take long
 * to make; no issuer ever publishes it.
 */
export function attackerKey(alg: SigningAlgorithm): SigningKey {
  const known = attackerKeys.get(alg) ?? lazily(() => createSigningKey(alg, 'attacker'));
  attackerKeys.set(alg, known);
  return known();
}
