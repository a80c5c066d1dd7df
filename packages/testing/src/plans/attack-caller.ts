/**
 * Who sends attacks: a caller with bearer tokens, or one that proves the possession of bound tokens.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { SenderConstraint } from '@scopegate/access-token';
import type { ProofForgeryName } from '../proofs/proof-forgeries.js';
import type { ProofKey } from '../proofs/proof-key.js';
import type { BoundRequest } from '../proofs/proof-draft.js';
import type { BoundCertificate, TokenBinding } from '../tokens/token-binding.js';

/** Header fields; an array is sent as several fields with the same name. */
export type AttackHeaders = Readonly<Record<string, string | readonly string[]>>;

/** What callers can prove. */
export interface Possession {
  readonly key: ProofKey;
  /** The URL of the API, as callers know it, without a slash at its end. */
  readonly publicUrl: string;
  /** The certificate that the application sees on every request; `undefined` for none. */
  readonly certificate: BoundCertificate | undefined;
  readonly proofForgeries: readonly ProofForgeryName[];
}

/** Where a request is sent. */
export interface AttackTarget {
  readonly method: string;
  readonly path: string;
}

/** What a route answers to a request with a token that is not valid. */
export interface RouteProbe {
  /** Whether its challenge has the scheme `DPoP`. */
  readonly acceptsProofs: boolean;
  /** The nonce that proofs must contain; `undefined` for none. */
  readonly nonce: string | undefined;
}

/** A caller whose tokens a route accepts. */
export interface AttackCaller {
  /** What its tokens are bound to; `undefined` for bearer tokens. */
  readonly boundTo: readonly TokenBinding[] | undefined;
  /** Creates the headers of a request with a token, and with a proof if the caller has a key. */
  readonly present: (token: string) => AttackHeaders;
  /** The request that proofs of the caller are for; `undefined` where the caller needs no key. */
  readonly proofFor: ((token: string) => BoundRequest) | undefined;
  /** Whether the route requires a certificate. */
  readonly needsCertificate: boolean;
  /** Whether the route accepts the caller, so that its other checks are reached. */
  readonly isComplete: boolean;
}

/** A caller with bearer tokens. */
export const BEARER_CALLER: AttackCaller = {
  boundTo: undefined,
  present: (token) => ({ authorization: `Bearer ${token}` }),
  proofFor: undefined,
  needsCertificate: false,
  isComplete: true,
};

/** Creates a caller that has what a route requires. */
export function createBoundCaller(
  constraints: readonly SenderConstraint[],
  possession: Possession,
  { target, probe }: { readonly target: AttackTarget; readonly probe: RouteProbe },
): AttackCaller {
  const { key, certificate, publicUrl } = possession;
  const isAny = constraints.includes('any');
  const needsKey = constraints.includes('dpop') || (isAny && probe.acceptsProofs);
  const needsCertificate = constraints.includes('mtls') || (isAny && !probe.acceptsProofs);
  const proofFor = (token: string): BoundRequest => ({
    token,
    method: target.method,
    url: publicUrl + target.path,
    nonce: probe.nonce,
  });
  return {
    boundTo: [
      needsKey ? [key] : [],
      needsCertificate ? [certificate ?? randomCertificate()] : [],
    ].flat(),
    present: (token) => (needsKey ? key.headers(proofFor(token)) : BEARER_CALLER.present(token)),
    proofFor: needsKey ? proofFor : undefined,
    needsCertificate,
    isComplete: !needsCertificate || certificate !== undefined,
  };
}

/** Creates a certificate that no one has, as far as tokens are bound to it. */
export function randomCertificate(): BoundCertificate {
  return { thumbprint: randomBytes(32).toString('base64url') };
}
