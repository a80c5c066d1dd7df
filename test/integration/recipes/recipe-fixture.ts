/**
 * An issuer for the tests of recipes, and a record of all that their servers print.
 *
 * @module
 */
import type { TestIssuer } from '@scopegate/testing';
import { expect } from 'vitest';
import { openIssuer } from '../../support/test-issuers.js';
import { findTokenTraces, watchOutput } from '../../conformance/leaks/tracer.js';

/** What the tests of a recipe need. */
export interface RecipeFixture {
  readonly issuer: TestIssuer;
  /** A value of `Authorization` with a token that has the scope of the recipe. */
  readonly permitted: string;
  /** The same with a token that also has `write:analytics`. */
  readonly writing: string;
  /** The same with a token that lacks the scope. */
  readonly narrow: string;
  /** Values of `Authorization` with a token that is not valid. */
  readonly invalid: readonly string[];
  /** Expires the token, which was in its last second until then, so that its timer is short. */
  readonly expire: () => void;
  /** Fails if a token occurs in what was printed, or in one of the values. */
  readonly expectNoTokens: (...values: readonly unknown[]) => void;
}

const SCOPE = 'read:analytics';

/** Opens an issuer whose tokens are in their last second, with the tolerance of 5 seconds. */
export async function openRecipeFixture(): Promise<RecipeFixture> {
  const output = watchOutput([]);
  const issuer = await openIssuer({ audience: 'https://api.example.com' });
  const { bearer, clock } = issuer;
  const permitted = bearer({ scope: SCOPE, clientId: 'reports' }).authorization;
  const writing = bearer({ scope: `${SCOPE} write:analytics` }).authorization;
  const narrow = bearer({ scope: 'read:news' }).authorization;
  clock.advance(304_000);
  const invalid = [bearer.expired(), bearer.tampered(), bearer.wrongAudience(), bearer.idToken()];
  const sent = [permitted, writing, narrow, ...invalid.map(({ authorization }) => authorization)];
  return {
    issuer,
    permitted,
    writing,
    narrow,
    invalid: invalid.map(({ authorization }) => authorization),
    expire: () => {
      clock.advance(1_000);
    },
    expectNoTokens: (...values) => {
      output.add(...values);
      const text = output.text();
      for (const authorization of sent) expect(findTokenTraces(authorization, text)).toEqual([]);
    },
  };
}
