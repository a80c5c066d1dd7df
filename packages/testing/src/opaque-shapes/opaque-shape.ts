/**
 * What opaque tokens look like, and what their authorization server says about them.
 *
 * @module
 */
import type { JsonMembers, TokenFacts } from '../shapes/token-shape.js';

/** The content of an opaque token, independent of its format. */
export type OpaqueTokenFacts = Omit<TokenFacts, 'kid'>;

/** The opaque tokens of one authorization server. */
export interface OpaqueShape {
  /** How its tokens and its responses differ from RFC 7662, in one line. */
  readonly explanation: string;
  /** How its tokens begin. */
  readonly prefix: string;
  /** Invents the rest of a token. */
  readonly inventToken: () => string;
  /** Writes the members of the response about an active token, besides `active`. */
  readonly members: (facts: OpaqueTokenFacts) => JsonMembers;
}
