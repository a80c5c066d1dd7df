/**
 * Good access tokens of RFC 9068, any member of which a test may change.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';

import { assertKnownOptions } from '@scopegate/protocol';

import type { TestClock } from './clock.js';
import { type JsonMembers, signCompact } from './compact-jws.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';

/** What a token is to say. Everything has a default that makes the token a good one. */
export interface TokenOverrides {
  /** @defaultValue the issuer's audience */
  readonly audience?: string | readonly string[] | undefined;
  /** Space-delimited scope-tokens. @defaultValue no `scope` claim */
  readonly scope?: string | undefined;
  /** @defaultValue `'test-client'` */
  readonly clientId?: string | undefined;
  /** @defaultValue the client's id: the client acts for itself. RFC 9068 §2.2 */
  readonly subject?: string | undefined;
  /** From now to `exp`; may be negative. @defaultValue the issuer's `accessTokenLifetimeSeconds` */
  readonly expiresInSeconds?: number | undefined;
  /** Header members, last: they replace any other; `undefined` leaves a member out. */
  readonly header?: JsonMembers | undefined;
  /** Claims, last: they replace any other; `undefined` leaves a claim out. */
  readonly claims?: JsonMembers | undefined;
  /** The `kid` of the issuer's key that signs, withdrawn ones included. @defaultValue the newest */
  readonly key?: string | undefined;
}

const OVERRIDES = [
  ...['audience', 'scope', 'clientId', 'subject', 'expiresInSeconds'],
  ...['header', 'claims', 'key'],
];

/** A token before it is signed. */
export interface TokenDraft {
  readonly header: JsonMembers;
  readonly claims: JsonMembers;
  readonly key: SigningKey;
}

/** What the tokens of one issuer have in common. */
export interface TokenMintOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly accessTokenLifetimeSeconds: number;
  readonly clock: TestClock;
  readonly keys: SigningKeys;
}

/** Drafts and signs the tokens of one issuer. */
export interface TokenMint {
  readonly draft: (overrides?: TokenOverrides) => Promise<TokenDraft>;
  readonly mint: (overrides?: TokenOverrides) => Promise<string>;
}

/** Makes the mint of one issuer. */
export function createTokenMint(options: TokenMintOptions): TokenMint {
  const draft = (overrides: TokenOverrides = {}): Promise<TokenDraft> =>
    draftToken(options, overrides);
  return {
    draft,
    async mint(overrides) {
      return signDraft(await draft(overrides));
    },
  };
}

/** Signs a draft. */
export function signDraft({ header, claims, key }: TokenDraft): Promise<string> {
  return signCompact(header, JSON.stringify(claims), key);
}

function assertOverrides(overrides: unknown): void {
  assertKnownOptions('a token', overrides, OVERRIDES);
}

async function draftToken(
  { issuer, audience, accessTokenLifetimeSeconds, clock, keys }: TokenMintOptions,
  overrides: TokenOverrides,
): Promise<TokenDraft> {
  assertOverrides(overrides);
  const key = await keys.get(overrides.key);
  const issuedAt = Math.floor(clock() / 1000);
  const clientId = overrides.clientId ?? 'test-client';
  return {
    key,
    header: { typ: 'at+jwt', alg: key.alg, kid: key.kid, ...overrides.header },
    claims: {
      iss: issuer,
      sub: overrides.subject ?? clientId,
      aud: overrides.audience ?? audience,
      client_id: clientId,
      scope: overrides.scope,
      iat: issuedAt,
      exp: issuedAt + (overrides.expiresInSeconds ?? accessTokenLifetimeSeconds),
      jti: randomUUID(),
      ...overrides.claims,
    },
  };
}
