/**
 * Mints valid access tokens. A test may override any member.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { TestClock } from '../clock.js';
import type { JsonMembers, ShapedToken, TokenFacts, TokenShape } from '../shapes/token-shape.js';
import { optionalOpaqueShape } from '../opaque-shapes/opaque-shapes.js';
import { optionalTokenShape } from '../shapes/token-shapes.js';
import { decodeJson, signCompact, splitSegments } from './compact-jws.js';
import type { OpaqueTokens } from './opaque-tokens.js';
import { assertOpaqueOverrides, type OpaqueTokenOverrides } from './opaque-token-overrides.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';
import { type BindingIssuer, confirmationOf, noteIssuer, tokenTypeOf } from './token-binding.js';
import { assertOverrides, type TokenOverrides } from './token-overrides.js';

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
  readonly opaqueTokens: OpaqueTokens;
  /** The signed token in each encrypted one. */
  readonly encryptedTokens: Map<string, string>;
}

/** Drafts and signs the tokens of an issuer. */
export interface TokenMint {
  /** Drafts a token. */
  readonly draft: (overrides?: TokenOverrides) => TokenDraft;
  /** Drafts and signs a token. */
  readonly mint: (overrides?: TokenOverrides) => string;
  /** Issues an opaque token. */
  readonly opaque: (overrides?: OpaqueTokenOverrides) => string;
}

/** Creates the mint of an issuer. */
export function createTokenMint(options: TokenMintOptions): TokenMint {
  const draft = (overrides: TokenOverrides = {}): TokenDraft => draftToken(options, overrides);
  return {
    draft,
    mint: (overrides) =>
      overrides?.format === 'opaque'
        ? issueOpaque(options, withoutFormat(overrides))
        : encryptAndNote(options, overrides, signDraft(draft(overrides))),
    opaque: (overrides = {}) => issueOpaque(options, overrides),
  };
}

function withoutFormat(overrides: TokenOverrides): OpaqueTokenOverrides {
  const others = Object.entries(overrides).filter(([name]) => name !== 'format');
  return Object.fromEntries(others); // assertOpaqueOverrides() checks it
}

/** Encrypts a signed token if its overrides name a key, and notes what is in it. */
function encryptAndNote(
  { encryptedTokens }: TokenMintOptions,
  overrides: TokenOverrides | undefined,
  signed: string,
): string {
  const token = encryptFor(overrides, signed);
  if (token !== signed) encryptedTokens.set(token, signed);
  return token;
}

/** Encrypts a signed token if its overrides name a key. */
export function encryptFor(overrides: TokenOverrides | undefined, token: string): string {
  return overrides?.encryptTo?.encrypt(token) ?? token;
}

/** Signs a draft. */
export function signDraft({ header, claims, key }: TokenDraft): string {
  return signCompact(header, JSON.stringify(claims), key);
}

function draftToken(options: TokenMintOptions, overrides: TokenOverrides): TokenDraft {
  assertOverrides(overrides);
  const shape = optionalTokenShape(overrides.like) ?? options.shape;
  const key = options.keys.get(overrides.key);
  const facts = { ...readFacts(options, overrides), kid: key.kid };
  const token = shape?.accessToken(facts) ?? shapeRfc9068(facts);
  const idToken = shape?.idToken;
  return {
    key,
    header: { ...token.header, alg: key.alg, kid: key.kid, ...overrides.header },
    claims: {
      ...token.claims,
      ...bind(options, overrides),
      ...overrides.claims,
    },
    idToken: idToken && (() => idToken(facts)),
  };
}

function issueOpaque(options: TokenMintOptions, overrides: OpaqueTokenOverrides): string {
  assertOpaqueOverrides(overrides);
  const shape = optionalOpaqueShape(overrides.like);
  const facts = readFacts(options, overrides);
  const { claims } = shapeRfc9068(facts);
  const binding = bind(options, overrides);
  const members = {
    ...(shape === undefined ? claims : shape.members(facts)),
    ...((shape === undefined || 'cnf' in binding) && { token_type: tokenTypeOf(binding) }),
    ...binding,
    ...overrides.claims,
  };
  const { prefix = shape?.prefix } = overrides;
  return options.opaqueTokens.issue(members, { prefix, inventToken: shape?.inventToken });
}

function readFacts(
  options: TokenMintOptions,
  overrides: TokenOverrides | OpaqueTokenOverrides,
): Omit<TokenFacts, 'kid'> {
  const issuedAt = Math.floor(options.clock() / 1000);
  return {
    issuer: options.issuer,
    audience: overrides.audience ?? options.audience(),
    scope: overrides.scope,
    clientId: overrides.clientId ?? options.clientId,
    user: overrides.subject,
    issuedAt,
    expiresAt: issuedAt + (overrides.expiresInSeconds ?? options.accessTokenLifetimeSeconds),
  };
}

function bind(
  options: TokenMintOptions,
  { boundTo }: Pick<TokenOverrides, 'boundTo'>,
): JsonMembers {
  if (boundTo === undefined) return {};
  const cnf = confirmationOf(boundTo);
  noteIssuer(boundTo, bindingIssuer(options));
  return { cnf };
}

function bindingIssuer({ clock, keys, opaqueTokens }: TokenMintOptions): BindingIssuer {
  return {
    clock,
    rebind(token, jkt) {
      const members = opaqueTokens.find(token);
      if (members !== undefined) {
        const cnf = { ...(members['cnf'] as object | undefined), jkt };
        return opaqueTokens.issue({ ...members, cnf }, { prefix: opaqueTokens.prefixOf(token) });
      }
      const segments = splitSegments(token);
      const [header, claims] = [decodeJson(segments.header), decodeJson(segments.payload)];
      const cnf = { ...(claims['cnf'] as object | undefined), jkt };
      return signDraft({
        header,
        claims: { ...claims, cnf },
        key: keys.get(String(header['kid'])),
      });
    },
  };
}

/** Writes the header and the claims of RFC 9068 §2.1, §2.2. */
function shapeRfc9068(facts: Omit<TokenFacts, 'kid'>): ShapedToken {
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
