/**
 * Mints valid access tokens. A test may override any member.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { assertKnownOptions, didYouMean, invalidOption } from '@scopegate/protocol/internal';
import type { TestClock } from '../clock.js';
import { type JsonMembers, signCompact } from './compact-jws.js';
import {
  assertMembers,
  isArrayOfStrings,
  isString,
  type MemberCheck,
  OBJECT,
} from './member-checks.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';
import {
  findTokenShape,
  type ShapedToken,
  type TokenFacts,
  type TokenShapeName,
  tokenShapes,
} from './vendor-shapes.js';

/** Overrides of a valid access token. All members have defaults. */
export interface TokenOverrides {
  /**
   * The `aud` claim: the identifiers of one or several resource servers.
   *
   * @defaultValue the `audience` of the issuer; otherwise the first audience passed to `options()`
   */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * The scopes, space-delimited.
   *
   * @defaultValue none
   */
  readonly scope?: string | undefined;
  /**
   * The client that the token was issued to.
   *
   * @defaultValue `'test-client'`
   */
  readonly clientId?: string | undefined;
  /**
   * The user for whom the client acts. If omitted, the client acts on its own behalf, and the `sub`
   * claim is the client identifier. RFC 9068 §2.2.
   *
   * @defaultValue none
   */
  readonly subject?: string | undefined;
  /**
   * The lifetime in seconds, from now to `exp`. May be negative.
   *
   * @defaultValue the `accessTokenLifetimeSeconds` of the issuer
   */
  readonly expiresInSeconds?: number | undefined;
  /**
   * The authorization server whose token format is imitated.
   *
   * @defaultValue none: the token follows RFC 9068
   */
  readonly like?: TokenShapeName | undefined;
  /**
   * Members of the JOSE header. They are applied last and replace any other; `undefined` removes a
   * member.
   *
   * @defaultValue none
   */
  readonly header?: JsonMembers | undefined;
  /**
   * Claims. They are applied last and replace any other; `undefined` removes a claim.
   *
   * @defaultValue none
   */
  readonly claims?: JsonMembers | undefined;
  /**
   * The `kid` of the issuer's key to sign with; withdrawn keys can sign too.
   *
   * @defaultValue the newest key
   */
  readonly key?: string | undefined;
}

const OVERRIDES = [
  'audience',
  'scope',
  'clientId',
  'subject',
  'expiresInSeconds',
  'like',
  'header',
  'claims',
  'key',
];

const HINTS = {
  aud: 'use "audience"',
  sub: 'use "subject"',
  client_id: 'use "clientId"',
  kid: 'use "key": the "kid" of the signing key',
  alg: 'use "header": { alg }',
  expiresIn: 'use "expiresInSeconds"',
  exp: 'use "expiresInSeconds", or "claims": { exp }',
  iss: 'use "claims": { iss }',
};

/** A token before it is signed. */
export interface TokenDraft {
  readonly header: JsonMembers;
  readonly claims: JsonMembers;
  readonly key: SigningKey;
}

/** The settings that all tokens of an issuer share. */
export interface TokenMintOptions {
  readonly issuer: string;
  /** Returns the current default audience. */
  readonly audience: () => string;
  readonly accessTokenLifetimeSeconds: number;
  readonly clock: TestClock;
  readonly keys: SigningKeys;
}

/** Drafts and signs the tokens of an issuer. */
export interface TokenMint {
  /** Drafts a token. */
  readonly draft: (overrides?: TokenOverrides) => TokenDraft;
  /** Drafts and signs a token. */
  readonly mint: (overrides?: TokenOverrides) => string;
}

/** Creates the mint of an issuer. */
export function createTokenMint(options: TokenMintOptions): TokenMint {
  const draft = (overrides: TokenOverrides = {}): TokenDraft => draftToken(options, overrides);
  return { draft, mint: (overrides) => signDraft(draft(overrides)) };
}

/** Signs a draft. */
export function signDraft({ header, claims, key }: TokenDraft): string {
  return signCompact(header, JSON.stringify(claims), key);
}

/** What each override must be. Other values can be set with "claims" and "header". */
const CHECKS: Readonly<Record<string, MemberCheck>> = {
  audience: [
    isStringOrArray,
    'must be a string or an array of strings; set other values in "claims"',
  ],
  scope: [isString, 'must be a string of space-delimited scopes; set other values in "claims"'],
  clientId: [isString, 'must be a string; set other values in "claims"'],
  subject: [isString, 'must be a string; set other values in "claims"'],
  expiresInSeconds: [
    Number.isFinite,
    'must be a number of seconds; set other values in "claims": { exp }',
  ],
  header: OBJECT,
  claims: OBJECT,
  key: [isString, 'must be the "kid" of a key'],
};

function assertOverrides(overrides: unknown): void {
  assertKnownOptions('a token', overrides, { names: OVERRIDES, hints: HINTS });
  assertMembers(overrides, CHECKS);
}

function isStringOrArray(value: unknown): boolean {
  return isString(value) || isArrayOfStrings(value);
}

function draftToken(
  { issuer, audience, accessTokenLifetimeSeconds, clock, keys }: TokenMintOptions,
  overrides: TokenOverrides,
): TokenDraft {
  assertOverrides(overrides);
  const key = keys.get(overrides.key);
  const issuedAt = Math.floor(clock() / 1000);
  const token = shapeOf(overrides.like)({
    issuer,
    audience: overrides.audience ?? audience(),
    scope: overrides.scope,
    clientId: overrides.clientId ?? 'test-client',
    user: overrides.subject,
    issuedAt,
    expiresAt: issuedAt + (overrides.expiresInSeconds ?? accessTokenLifetimeSeconds),
    kid: key.kid,
  });
  return {
    key,
    header: { ...token.header, alg: key.alg, kid: key.kid, ...overrides.header },
    claims: { ...token.claims, ...overrides.claims },
  };
}

function shapeOf(name: string | undefined): (facts: TokenFacts) => ShapedToken {
  if (name === undefined) return shapeRfc9068;
  const shape = findTokenShape(name);
  if (shape !== undefined) return shape;
  const known = tokenShapes.map((each) => each.name);
  throw invalidOption('like', `must be one of ${known.join(', ')}${didYouMean(name, known)}`);
}

/** Writes the header and the claims of RFC 9068 §2.1, §2.2. */
function shapeRfc9068(facts: TokenFacts): ShapedToken {
  const { issuer, audience, scope, clientId, user, issuedAt, expiresAt } = facts;
  return {
    header: { typ: 'at+jwt' },
    claims: {
      iss: issuer,
      sub: user ?? clientId,
      aud: audience,
      client_id: clientId,
      scope,
      iat: issuedAt,
      exp: expiresAt,
      jti: randomUUID(),
    },
  };
}
