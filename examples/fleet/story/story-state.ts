/**
 * What later scenes need from earlier ones.
 *
 * @module
 */
import { createProofKey, type ProofKey } from '@scopegate/testing';
import type { Credentials } from './calls.js';
import { AUDIENCE, type Fleet } from './fleet.js';

/** The values that scenes share. */
export interface StoryState {
  /** The key of the client that makes payouts. */
  readonly key: ProofKey;
  /** The token of ann, whose session is ended. */
  annsToken: string;
  /** A token and a proof that were used. */
  used: Credentials;
  /** Every token that was sent, which Redis must not contain. */
  readonly tokens: string[];
}

/** The session of ann. */
export const SESSION = 'session-of-ann';

/** Creates the state of one run. */
export function createStoryState(): StoryState {
  return { key: createProofKey({ clock: Date.now }), annsToken: '', used: {}, tokens: [] };
}

/** Creates the header fields of a payout: a token that is bound to the key, and a new proof. */
export async function createPayout({ issuer }: Fleet, state: StoryState): Promise<Credentials> {
  issuer.clock.set(Date.now());
  const { key } = state;
  const token = await issuer.mint({ scope: 'write:payouts', boundTo: key });
  state.tokens.push(token);
  return { ...key.headers({ token, method: 'POST', url: `${AUDIENCE}/v1/payouts` }) };
}

/** Creates a bearer token. */
export async function createToken(
  { issuer }: Fleet,
  state: StoryState,
  { scope, session }: { readonly scope: string; readonly session?: string },
): Promise<string> {
  issuer.clock.set(Date.now());
  const claims = session === undefined ? {} : { sid: session };
  const token = await issuer.mint({ scope, subject: 'ann', claims });
  state.tokens.push(token);
  return token;
}
