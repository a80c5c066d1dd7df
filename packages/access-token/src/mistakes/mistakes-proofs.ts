/**
 * Mistakes in DPoP proofs.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import { listUrls, normalizeUrl } from '../dpop/request-url.js';
import { createFixes } from '../inspection/fix.js';
import { type Inspection, readClaim } from '../inspection/inspection.js';
import {
  formatDate,
  formatDuration,
  formatNames,
  formatValue,
  formatValues,
} from '../inspection/printable.js';
import {
  type ProofInspection,
  readProofClaim,
  readProofParameter,
} from '../inspection/proof-inspection.js';
import { isPrivate } from '../jws/public-jwk.js';
import { digestOf } from '../jws/token-digest.js';
import type { KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link PROOF_MISTAKES}. */
export type ProofCause =
  | 'private_key_in_proof'
  | 'missing_token_hash'
  | 'proof_for_other_url'
  | 'proof_hash_of_other_token'
  | 'client_clock_skew'
  | 'stale_proof';

/** In the order in which they are reported. */
export const PROOF_MISTAKES: Readonly<Record<ProofCause, KnownMistake<ProofCause>>> = {
  private_key_in_proof: {
    checks: ['proof_jwk'],
    findEvidence: withProof((proof) => {
      const jwk = readProofParameter(proof, 'jwk');
      const members = isPlainObject(jwk)
        ? Object.keys(jwk).filter((name) => isPrivate({ [name]: '' }))
        : [];
      return members.length === 0
        ? undefined
        : `the proof discloses the private key: "jwk" has ${formatNames(members)}`;
    }),
    fixes: createFixes([
      'client',
      'replace the key, revoke its tokens, and put only the public key into "jwk"',
    ]),
  },
  missing_token_hash: {
    checks: ['proof_claims'],
    findEvidence: withProof((proof) =>
      readProofClaim(proof, 'ath') === undefined
        ? 'the proof has no "ath", like the proofs for token requests'
        : undefined,
    ),
    fixes: createFixes([
      'client',
      'pass the access token to the function that creates the proof: "ath" is its SHA-256 (RFC 9449 §4.2)',
    ]),
  },
  proof_for_other_url: {
    checks: ['proof_url'],
    findEvidence: withProof(describeUrls),
    fixes: createFixes(
      ['resource server', 'set "dpop.publicUrl" to the URL under which clients call the API'],
      ['client', 'create a proof for each request, with its URL in "htu"'],
    ),
  },
  proof_hash_of_other_token: {
    checks: ['proof_token'],
    unless: ['missing_token_hash'],
    findEvidence: withProof((proof, { token }) => {
      const ath = readProofClaim(proof, 'ath');
      if (typeof ath !== 'string') return undefined;
      const isOfScheme = ['Bearer', 'DPoP'].some(
        (scheme) => ath === digestOf(`${scheme} ${token}`),
      );
      if (isOfScheme) return '"ath" is the hash of the token together with its scheme';
      const octets = Buffer.from(proof.presented.tokenDigest, 'base64url');
      const spellings = [octets.toString('hex'), octets.toString('base64')];
      return spellings.includes(ath)
        ? '"ath" is the hash of the token, but not in base64url without padding'
        : '"ath" is the hash of another token';
    }),
    fixes: createFixes([
      'client',
      'create each proof for the access token of the same request: "ath" is its SHA-256 in base64url (RFC 9449 §4.2)',
    ]),
  },
  client_clock_skew: {
    checks: ['proof_time'],
    findEvidence: withProof(describeSkew),
    fixes: createFixes(
      ['client', 'synchronize the clock with NTP'],
      ['resource server', 'synchronize the clock with NTP, or raise "dpop.clockToleranceSeconds"'],
      ['resource server', 'for clients without a correct clock, set "dpop.nonce"'],
    ),
  },
  stale_proof: {
    checks: ['proof_time'],
    unless: ['client_clock_skew'],
    findEvidence: withProof((proof) => {
      const { iat, now } = readTimesOf(proof);
      const { maxAgeSeconds } = proof.rules;
      return now - iat > maxAgeSeconds
        ? `the proof was created ${formatDuration(now - iat)} ago, at ${formatDate(iat)}; at most ${formatDuration(maxAgeSeconds)} are accepted`
        : undefined;
    }),
    fixes: createFixes(
      ['client', 'create a new proof for each request and each retry'],
      ['client', 'synchronize the clock with NTP'],
    ),
  },
};

type FindEvidence = KnownMistake<ProofCause>['findEvidence'];

function withProof(
  find: (proof: ProofInspection, inspection: Inspection) => string | undefined,
): FindEvidence {
  return (inspection) => inspection.proof && find(inspection.proof, inspection);
}

/** Shows both URLs and, if only the beginning differs, what the option would have to be. */
function describeUrls(proof: ProofInspection): string | undefined {
  const { presented, rules } = proof;
  const htu = readProofClaim(proof, 'htu');
  if (typeof htu !== 'string') return undefined;
  const { publicUrls } = rules;
  const expected = listUrls({ target: presented.target, publicUrls });
  const [first] = expected;
  if (first === undefined) return undefined;
  const path = first.slice((publicUrls[0] ?? '').length);
  const normalized = normalizeUrl(htu) ?? '';
  const base = normalized.endsWith(path) ? normalized.slice(0, -path.length) : '';
  const hint = /^https?:\/\/[^/]/.test(base)
    ? `; "dpop.publicUrl" would have to be ${formatValue(base)}`
    : '';
  return `the proof is for ${formatValue(htu)}, but the request was for ${formatValues(expected)}${hint}`;
}

/** The times of a proof, in seconds. */
function readTimesOf(proof: ProofInspection): { readonly iat: number; readonly now: number } {
  return { iat: Number(readProofClaim(proof, 'iat')), now: proof.presented.nowMs / 1000 };
}

/** Compares the clocks of the client, of the authorization server and of this server. */
function describeSkew(proof: ProofInspection, inspection: Inspection): string | undefined {
  const { iat, now } = readTimesOf(proof);
  const issuedAt = Number(readClaim(inspection, 'iat'));
  const { clockToleranceSeconds } = inspection.policy;
  if (iat - now > proof.rules.clockToleranceSeconds) {
    return issuedAt - now > clockToleranceSeconds
      ? `the clock of this resource server is at least ${formatDuration(issuedAt - now)} behind: the token and the proof are both from the future`
      : `the clock of the client is at least ${formatDuration(iat - now)} ahead: the proof was created at ${formatDate(iat)}`;
  }
  // Only a proof with the hash of the token was certainly created after it.
  const isOfToken = readProofClaim(proof, 'ath') === proof.presented.tokenDigest;
  return isOfToken && issuedAt - iat > clockToleranceSeconds
    ? `the clock of the client is at least ${formatDuration(issuedAt - iat)} behind: the proof was created before its token was issued`
    : undefined;
}
