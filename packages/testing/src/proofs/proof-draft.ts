/**
 * DPoP proofs before they are signed.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import type { JsonMembers } from '../shapes/token-shape.js';
import { requiredMembers } from '../tokens/jwk-thumbprint.js';
import { assertMembers, isString, type MemberCheck, OBJECT } from '../tokens/member-checks.js';
import type { SigningKey } from '../tokens/signing-keys.js';

/** The request that a proof is for. */
export interface ProofRequest {
  /** The HTTP method, which becomes `htm` as it is. */
  readonly method: string;
  /** The absolute URL, as callers know it. It becomes `htu` without its query and its fragment. */
  readonly url: string | URL;
  /**
   * The access token that is sent with the proof; its hash becomes `ath`.
   *
   * @defaultValue none, as for a token request
   */
  readonly token?: string | undefined;
  /**
   * The nonce of the server. RFC 9449 §8, §9.
   *
   * @defaultValue none
   */
  readonly nonce?: string | undefined;
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
}

/** A request with an access token, and the proof that it needs. */
export interface BoundRequest extends ProofRequest {
  /** The access token; its hash becomes `ath`. */
  readonly token: string;
}

/** A proof before it is signed. */
export interface ProofDraft {
  readonly header: JsonMembers;
  readonly claims: JsonMembers;
  readonly key: SigningKey;
}

const HTTP_URL = /^https?:\/\/[^/?#]/i;

const CHECKS: Readonly<Record<string, MemberCheck>> = {
  method: [isString, 'must be a string'],
  url: [isHttpUrl, 'must be an absolute http or https URL; set other values in "claims": { htu }'],
  token: [isString, 'must be an access token; await issuer.mint()'],
  nonce: [isString, 'must be a string'],
  header: OBJECT,
  claims: OBJECT,
};
const HINTS = {
  htm: 'use "method"',
  htu: 'use "url"',
  ath: 'use "token", or "claims": { ath }',
  jti: 'use "claims": { jti }',
  iat: 'use "claims": { iat }',
  alg: 'use "header": { alg }',
};

/**
 * Checks the request that a proof is for.
 *
 * @throws TypeError A member is missing, unknown or invalid.
 */
export function assertProofRequest(request: unknown, isTokenRequired: boolean): void {
  const names = Object.keys(CHECKS);
  assertKnownOptions('a proof', request, { names, hints: HINTS });
  assertMembers(request, CHECKS);
  const required = isTokenRequired ? ['method', 'url', 'token'] : ['method', 'url'];
  for (const name of required) {
    if (request[name] === undefined) throw invalidOption(name, 'is required');
  }
}

/**
 * Drafts a proof with a new `jti`.
 *
 * @param nowMs - Milliseconds since the epoch.
 * @see RFC 9449 §4.2
 */
export function draftProof(
  { method, url, token, nonce, header, claims }: ProofRequest,
  key: SigningKey,
  nowMs: number,
): ProofDraft {
  return {
    key,
    header: { typ: 'dpop+jwt', alg: key.alg, jwk: requiredMembers(key.publicJwk), ...header },
    claims: {
      jti: randomUUID(),
      htm: method,
      htu: String(url).replace(/[?#].*$/s, ''),
      iat: Math.floor(nowMs / 1000),
      ath: token === undefined ? undefined : hashToken(token),
      nonce,
      ...claims,
    },
  };
}

/** Computes the `ath` of a token. RFC 9449 §4.2. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function isHttpUrl(value: unknown): boolean {
  return (isString(value) || value instanceof URL) && HTTP_URL.test(String(value));
}
