/**
 * DPoP proofs before they are signed.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import type { JsonMembers } from '../shapes/token-shape.js';
import { encodeSegment, signOctets } from '../tokens/compact-jws.js';
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

/** What signs a proof. */
export interface ProofSigner {
  readonly alg: string;
  /** The members that the type of the public key requires. */
  readonly jwk: JsonMembers;
  /** Signs the header and the payload. */
  readonly sign: (input: string) => Uint8Array;
}

/** Creates the signer that has a key pair. */
export function createProofSigner(key: SigningKey): ProofSigner {
  const jwk = Object.freeze(requiredMembers(key.publicJwk));
  return { alg: key.alg, jwk, sign: (input) => signOctets(input, key) };
}

/** A proof before it is signed. */
export interface ProofDraft {
  readonly header: JsonMembers;
  readonly claims: JsonMembers;
  readonly signer: ProofSigner;
}

/** Signs a draft. */
export function signProof({ header, claims, signer }: ProofDraft): string {
  return signProofText(JSON.stringify(header), JSON.stringify(claims), signer);
}

/** Signs a header and a payload that are not checked. */
export function signProofText(header: string, payload: string, { sign }: ProofSigner): string {
  const input = `${encodeSegment(header)}.${encodeSegment(payload)}`;
  return `${input}.${encodeSegment(sign(input))}`;
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
export function assertProofRequest(request: unknown): void {
  assertRequest(request, ['method', 'url']);
}

/**
 * Checks the request that a token and its proof are for.
 *
 * @throws TypeError A member is missing, unknown or invalid.
 */
export function assertBoundRequest(request: unknown): void {
  assertRequest(request, ['method', 'url', 'token']);
}

function assertRequest(request: unknown, required: readonly string[]): void {
  const names = Object.keys(CHECKS);
  assertKnownOptions('a proof', request, { names, hints: HINTS });
  assertMembers(request, CHECKS);
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
  signer: ProofSigner,
  nowMs: number,
): ProofDraft {
  return {
    signer,
    header: { typ: 'dpop+jwt', alg: signer.alg, jwk: signer.jwk, ...header },
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
