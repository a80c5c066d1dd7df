/**
 * Good access tokens, any member of which a test may change.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import {
  assertKnownOptions,
  didYouMean,
  invalidOption,
  isPlainObject,
} from '@scopegate/protocol/internal';
import type { TestClock } from '../clock.js';
import { type JsonMembers, signCompact } from './compact-jws.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';
import {
  findTokenShape,
  type ShapedToken,
  type TokenFacts,
  type TokenShapeName,
  tokenShapes,
} from './vendor-shapes.js';

/** What a token is to say. Everything has a default that makes the token a good one. */
export interface TokenOverrides {
  /** @defaultValue the issuer's own; without one the first that `options()` was called with */
  readonly audience?: string | readonly string[] | undefined;
  /** Space-delimited scope-tokens. @defaultValue none */
  readonly scope?: string | undefined;
  /** @defaultValue `'test-client'` */
  readonly clientId?: string | undefined;
  /** A user. @defaultValue none: the client acts for itself. RFC 9068 §2.2 */
  readonly subject?: string | undefined;
  /** From now to `exp`; may be negative. @defaultValue the issuer's `accessTokenLifetimeSeconds` */
  readonly expiresInSeconds?: number | undefined;
  /** Whose tokens it is to look like. @defaultValue a token of RFC 9068 */
  readonly like?: TokenShapeName | undefined;
  /** Header members, last: they replace any other; `undefined` leaves a member out. */
  readonly header?: JsonMembers | undefined;
  /** Claims, last: they replace any other; `undefined` leaves a claim out. */
  readonly claims?: JsonMembers | undefined;
  /** The `kid` of the issuer's key that signs, withdrawn ones included. @defaultValue the newest */
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
  aud: 'write "audience"',
  sub: 'write "subject"',
  client_id: 'write "clientId"',
  kid: 'write "key": the "kid" of the key that signs',
  alg: 'write "header": { alg }',
  expiresIn: 'write "expiresInSeconds"',
  exp: 'write "expiresInSeconds", or "claims": { exp }',
  iss: 'write "claims": { iss }',
};

/** A token before it is signed. */
export interface TokenDraft {
  readonly header: JsonMembers;
  readonly claims: JsonMembers;
  readonly key: SigningKey;
}

/** What the tokens of one issuer have in common. */
export interface TokenMintOptions {
  readonly issuer: string;
  /** The audience of tokens that name none, as it is now. */
  readonly audience: () => string;
  readonly accessTokenLifetimeSeconds: number;
  readonly clock: TestClock;
  readonly keys: SigningKeys;
}

/** Drafts and signs the tokens of one issuer. */
export interface TokenMint {
  readonly draft: (overrides?: TokenOverrides) => TokenDraft;
  readonly mint: (overrides?: TokenOverrides) => string;
}

/** Makes the mint of one issuer. */
export function createTokenMint(options: TokenMintOptions): TokenMint {
  const draft = (overrides: TokenOverrides = {}): TokenDraft => draftToken(options, overrides);
  return { draft, mint: (overrides) => signDraft(draft(overrides)) };
}

/** Signs a draft. */
export function signDraft({ header, claims, key }: TokenDraft): string {
  return signCompact(header, JSON.stringify(claims), key);
}

/** What each override must be; `claims` and `header` make tokens whose members are anything else. */
const SHAPES: Readonly<Record<string, readonly [(value: unknown) => boolean, expected: string]>> = {
  audience: [isTexts, 'must be a string or an array of strings; write others in "claims"'],
  scope: [isText, 'must be a string with a space between two scopes; write others in "claims"'],
  clientId: [isText, 'must be a string; write others in "claims"'],
  subject: [isText, 'must be a string; write others in "claims"'],
  expiresInSeconds: [Number.isFinite, 'must be a number; write others in "claims": { exp }'],
  header: [isPlainObject, 'must be an object'],
  claims: [isPlainObject, 'must be an object'],
  key: [isText, 'must be the "kid" of a key'],
};

function assertOverrides(overrides: unknown): void {
  assertKnownOptions('a token', overrides, OVERRIDES, HINTS);
  for (const [name, [isRight, expected]] of Object.entries(SHAPES)) {
    const value = overrides[name];
    if (value !== undefined && !isRight(value)) throw invalidOption(name, expected);
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return isText(value) || (Array.isArray(value) && value.every(isText));
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
  throw new TypeError(`there are no tokens like "${name}"${didYouMean(name, known)}`);
}

/** RFC 9068 §2.1, §2.2 */
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
