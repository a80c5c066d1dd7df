/**
 * Tokens signed by keys of the tests, and tables of tokens with one expected outcome.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Front } from '../../support/fronts/front.js';
import { type Fixture, openFixture, RESOURCE } from './fixture.js';
import type { Outcome } from './outcome.js';
import { createSigner, type Signer } from './signer.js';

/** A header or a claims set; `undefined` members are not written. */
export type Members = Readonly<Record<string, unknown>>;

/** Tokens by their peculiarity. */
export type TokenTable = Readonly<Record<string, string | Promise<string>>>;

/** The claims of a token that `GET /p` accepts, with all that RFC 9068 §2.2 requires. */
export function claimsFor({ issuer: { issuer, clock } }: Fixture, changes: Members = {}): Members {
  const now = Math.floor(clock() / 1000);
  return {
    iss: issuer,
    aud: RESOURCE,
    sub: 'test-client',
    client_id: 'test-client',
    scope: 'read',
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    ...changes,
  };
}

/** The header that goes with a signer's key. */
export function headerFor({ alg, kid }: Signer, changes: Members = {}): Members {
  return { typ: 'at+jwt', alg, kid, ...changes };
}

/** A signer's public JWK with other members; `undefined` leaves a member out. */
export function jwkOf({ publicJwk }: Signer, changes: Members = {}): Members {
  const members = Object.entries({ ...publicJwk, ...changes });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** Presents every token, one after the other, and expects the same outcome of each. */
export async function expectOutcome(
  rs: Fixture,
  outcome: Outcome,
  tokens: TokenTable,
): Promise<void> {
  const seen: Record<string, Outcome> = {};
  for (const [name, token] of Object.entries(tokens)) seen[name] = await rs.present(await token);
  expect(seen).toEqual(Object.fromEntries(Object.keys(tokens).map((name) => [name, outcome])));
}

// A set without a usable key is an outage, so each published set has a usable key in addition.
const OTHER_KEY = createSigner('ES512', { kid: 'another key' }).publicJwk;

/** Opens a fixture whose issuer publishes these keys, and one usable key after them. */
export async function openPublishing(
  front: Front,
  keys: readonly unknown[],
  server: Members = {},
): Promise<Fixture> {
  const rs = await openFixture(front, { server });
  rs.issuer.publishJwks({ keys: [...keys, OTHER_KEY] });
  return rs;
}
