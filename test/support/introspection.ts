/**
 * Verifiers that introspect the tokens of a test issuer.
 *
 * @module
 */
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  IntrospectionUnavailableError,
} from '@scopegate/access-token';
import { InvalidTokenError } from '@scopegate/protocol';
import type { TestIssuer } from '@scopegate/testing';
import { onTestFinished } from 'vitest';
import { openIssuer } from './test-issuers.js';

/** Options that replace those of {@link openIntrospection}. */
export interface IntrospectionSetup {
  /** Members of the option `introspection`. @defaultValue opaque tokens, by the client of the issuer */
  readonly introspection?: Readonly<Record<string, unknown>>;
  /** Options of the verifier. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** An issuer, and a verifier that introspects its tokens. */
export interface IntrospectionFixture {
  readonly issuer: TestIssuer;
  readonly verifier: AccessTokenVerifier;
  /** Verifies a token: `'accepted'`, or why it is not. */
  readonly outcomeOf: (token: string) => Promise<string>;
}

/** Opens an issuer and a verifier, which are closed after the running test. */
export async function openIntrospection(
  setup: IntrospectionSetup = {},
): Promise<IntrospectionFixture> {
  const issuer = await openIssuer();
  const verifier = createIntrospectingVerifier(issuer, setup);
  return { issuer, verifier, outcomeOf: (token) => outcomeOf(verifier.verify(token)) };
}

/** Creates a verifier that introspects the tokens of an issuer, and is closed after the running test. */
export function createIntrospectingVerifier(
  issuer: TestIssuer,
  { introspection = {}, options = {} }: IntrospectionSetup = {},
): AccessTokenVerifier {
  const given = { tokens: 'opaque', ...issuer.introspectionClient, ...introspection } as const;
  const verifier = createAccessTokenVerifier({
    ...issuer.options(),
    introspection: given,
    ...options,
  });
  onTestFinished(() => {
    verifier.close();
  });
  return verifier;
}

/** Describes the outcome of a verification: `'accepted'`, the reason of a 401, or the failure of a 503. */
export async function outcomeOf(verification: Promise<unknown>): Promise<string> {
  try {
    await verification;
    return 'accepted';
  } catch (error) {
    if (error instanceof InvalidTokenError) return error.reason;
    if (error instanceof IntrospectionUnavailableError) return `503 ${error.failure}`;
    throw error;
  }
}
