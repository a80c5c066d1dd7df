/**
 * Mints valid access tokens. A test may override any member.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { assertKnownOptions } from '@scopegate/protocol/internal';
import type { TestClock } from '../clock.js';
import type { JsonMembers, ShapedToken, TokenFacts, TokenShape } from '../shapes/token-shape.js';
import { optionalTokenShape, type TokenShapeName } from '../shapes/token-shapes.js';
import { signCompact } from './compact-jws.js';
import {
  assertMembers,
  isArrayOfStrings,
  isString,
  type MemberCheck,
  OBJECT,
} from './member-checks.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';

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
   * @defaultValue the `clientId` of the issuer; otherwise `'test-client'`
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
   * @defaultValue the `like` of the issuer; otherwise none: the token follows RFC 9068
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
  /** Writes the ID token that the imitated server would issue in the same login, without `alg` and `kid`. */
  readonly idToken?: (() => ShapedToken) | undefined;
}

/** The settings that all tokens of an issuer share. */
export interface TokenMintOptions {
  readonly issuer: string;
  /** Returns the current default audience. */
  readonly audience: () => string;
  /** The client of tokens that are minted without one. */
  readonly clientId: string;
  /** The format of tokens that are minted without one; `undefined` for RFC 9068. */
  readonly shape: TokenShape | undefined;
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

function draftToken(options: TokenMintOptions, overrides: TokenOverrides): TokenDraft {
  assertOverrides(overrides);
  const shape = optionalTokenShape(overrides.like) ?? options.shape;
  const key = options.keys.get(overrides.key);
  const issuedAt = Math.floor(options.clock() / 1000);
  const facts = {
    issuer: options.issuer,
    audience: overrides.audience ?? options.audience(),
    scope: overrides.scope,
    clientId: overrides.clientId ?? options.clientId,
    user: overrides.subject,
    issuedAt,
    expiresAt: issuedAt + (overrides.expiresInSeconds ?? options.accessTokenLifetimeSeconds),
    kid: key.kid,
  };
  const token = shape?.accessToken(facts) ?? shapeRfc9068(facts);
  const idToken = shape?.idToken;
  return {
    key,
    header: { ...token.header, alg: key.alg, kid: key.kid, ...overrides.header },
    claims: { ...token.claims, ...overrides.claims },
    idToken: idToken && (() => idToken(facts)),
  };
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
