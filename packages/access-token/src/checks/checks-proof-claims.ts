/**
 * The checks of a proof's claims, and whether it was used before.
 *
 * @module
 */
import { InvalidProofError } from '@scopegate/protocol';
import type { Check } from './check.js';
import { CLAIM_CHECKS } from '../dpop/proof-checks.js';
import { listUrls } from '../dpop/request-url.js';
import { createFixes } from '../inspection/fix.js';
import { formatDate, formatValue, formatValues } from '../inspection/printable.js';
import {
  formatProofClaim,
  type ProofInspection,
  readProofClaim,
} from '../inspection/proof-inspection.js';

/** The names of the checks of {@link PROOF_CLAIM_CHECKS}. */
export type ProofClaimCheckName =
  | 'proof_claims'
  | 'proof_method'
  | 'proof_url'
  | 'proof_token'
  | 'proof_time'
  | 'proof_nonce'
  | 'proof_replay';

const CLAIMS = ['jti', 'htm', 'htu', 'ath', 'iat'];

const isReadable = ({ jws }: ProofInspection): boolean => jws !== undefined;

/** In the order of verification; they follow those of the header. */
export const PROOF_CLAIM_CHECKS: Readonly<Record<ProofClaimCheckName, Check<ProofInspection>>> =
  Object.freeze({
    proof_claims: {
      rfc: 'RFC 9449 §4.2',
      appliesTo: isReadable,
      expected: () =>
        '"jti" of 1 to 256 octets, "htm", "htu" and "ath" as strings, and "iat" as a number',
      found: (proof) => CLAIMS.map((name) => formatProofClaim(proof, name)).join(', '),
      run: CLAIM_CHECKS.claims,
      fixes: createFixes(['client', 'set every one of these claims in proofs for APIs']),
    },
    proof_method: {
      rfc: 'RFC 9449 §4.3',
      appliesTo: isReadable,
      expected: ({ presented }) => `"htm" ${formatValue(presented.method)}`,
      found: (proof) => formatProofClaim(proof, 'htm'),
      run: CLAIM_CHECKS.method,
      fixes: createFixes(
        ['client', 'create a proof for each request, with its method in "htm"'],
        ['client', 'spell the method as in the request line: methods are case-sensitive'],
      ),
    },
    proof_url: {
      rfc: 'RFC 9449 §4.3',
      appliesTo: isReadable,
      expected: (proof) => describeUrls(proof),
      found: (proof) => formatProofClaim(proof, 'htu'),
      run: CLAIM_CHECKS.url,
      fixes: createFixes(
        ['client', 'create a proof for each request, with its URL without the query in "htu"'],
        ['resource server', 'set "dpop.publicUrl" to the URL under which clients call the API'],
      ),
    },
    proof_token: {
      rfc: 'RFC 9449 §4.3',
      appliesTo: isReadable,
      expected: ({ presented }) => `"ath" ${formatValue(presented.tokenDigest)}`,
      found: (proof) => formatProofClaim(proof, 'ath'),
      run: CLAIM_CHECKS.token,
      fixes: createFixes([
        'client',
        'set "ath" to the SHA-256 of the access token in the same request, in base64url',
      ]),
    },
    proof_time: {
      rfc: 'RFC 9449 §11.1',
      // The time of the nonce counts instead.
      appliesTo: ({ jws, rules }) => jws !== undefined && rules.nonces === undefined,
      expected: ({ presented, rules }) => {
        const now = Math.floor(presented.nowMs / 1000);
        const earliest = formatDate(now - rules.maxAgeSeconds);
        return `"iat" from ${earliest} to ${formatDate(now + rules.clockToleranceSeconds)}`;
      },
      found: (proof) => formatProofClaim(proof, 'iat'),
      run: CLAIM_CHECKS.time,
      fixes: createFixes(
        ['client', 'create a new proof for each request and each retry'],
        ['client', 'synchronize the clock with NTP'],
        ['resource server', 'for clients without a correct clock, set "dpop.nonce"'],
      ),
    },
    proof_nonce: {
      rfc: 'RFC 9449 §9',
      appliesTo: ({ jws, rules }) => jws !== undefined && rules.nonces !== undefined,
      expected: () => '"nonce" from a recent "DPoP-Nonce" of this API',
      found: (proof) => formatProofClaim(proof, 'nonce'),
      run: CLAIM_CHECKS.nonce,
      fixes: createFixes(
        ['client', 'send the request again, with the "DPoP-Nonce" of the response as "nonce"'],
        ['resource server', 'set the same "dpop.nonce.secret" in all processes'],
      ),
    },
    proof_replay: {
      rfc: 'RFC 9449 §11.1',
      appliesTo: ({ isUsed }) => isUsed !== undefined,
      expected: () => 'a proof that was not used before',
      found: describeUse,
      run: ({ isUsed }) => {
        if (isUsed === true) throw new InvalidProofError('proof_replayed');
      },
      fixes: createFixes(
        ['client', 'create a new proof for each request and each retry'],
        ['resource server', 'make sure that no proxy in front of the API repeats requests'],
      ),
    },
  });

function describeUrls({ presented: { target }, rules: { publicUrls } }: ProofInspection): string {
  const urls = listUrls({ target, publicUrls });
  return urls.length === 0
    ? 'no URL, because the request has no path, or one with "." or ".." segments'
    : `"htu" ${urls.length === 1 ? '' : 'one of '}${formatValues(urls)}`;
}

function describeUse(proof: ProofInspection): string {
  const { isUsed } = proof;
  if (isUsed !== undefined) return isUsed ? 'used before' : 'not used before in this process';
  if (!proof.isTokenBound) return 'not checked, because the token is not bound to a key';
  return typeof readProofClaim(proof, 'jti') === 'string'
    ? 'not checked, because asking the shared store would register the proof'
    : 'not checked, because the proof has no "jti"';
}
