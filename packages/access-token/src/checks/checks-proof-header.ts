/**
 * The checks of a proof's field, its header and its signature.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import type { Check } from './check.js';
import { HEADER_CHECKS } from '../dpop/proof-checks.js';
import { parseProof, parseProofHeader, requireProofField } from '../dpop/unverified-proof.js';
import { createFixes } from '../inspection/fix.js';
import { formatValue } from '../inspection/printable.js';
import {
  assertSignedProof,
  type ProofInspection,
  readProofParameter,
} from '../inspection/proof-inspection.js';
import { hasRequiredMembers, thumbprintOf } from '../jws/jwk-thumbprint.js';
import type { VerificationKey } from '../jws/signature.js';

/** The names of the checks of {@link PROOF_HEADER_CHECKS}. */
export type ProofHeaderCheckName =
  | 'proof_field'
  | 'proof_format'
  | 'proof_typ'
  | 'proof_alg'
  | 'proof_jwk'
  | 'proof_binding'
  | 'proof_key'
  | 'proof_signature';

const isReadable = ({ jws }: ProofInspection): boolean => jws !== undefined;

/** In the order of verification. */
export const PROOF_HEADER_CHECKS: Readonly<Record<ProofHeaderCheckName, Check<ProofInspection>>> =
  Object.freeze({
    proof_field: {
      rfc: 'RFC 9449 §4.3',
      expected: () => 'one field "DPoP" with one proof',
      found: ({ presented: { proofs }, field }) => describeField(proofs.length, field),
      run: ({ presented }) => requireProofField(presented.proofs),
      fixes: createFixes(['client', 'send one proof, in one field "DPoP"']),
    },
    proof_format: {
      rfc: 'RFC 9449 §4.3',
      appliesTo: ({ field }) => field !== undefined,
      expected: () => 'a signed JWT of three base64url parts, at most 4096 octets',
      found: ({ field = '' }) => describeParts(field),
      run: ({ field = '' }) => parseProofHeader(parseProof(field)),
      fixes: createFixes(['client', 'send the proof as a compact JWS, without a scheme or quotes']),
    },
    proof_typ: {
      rfc: 'RFC 9449 §4.2',
      appliesTo: isReadable,
      expected: () => '"typ" "dpop+jwt"',
      found: (proof) => `"typ" ${formatValue(readProofParameter(proof, 'typ'))}`,
      run: HEADER_CHECKS.typ,
      fixes: createFixes(['client', 'set the header parameter "typ" of proofs to "dpop+jwt"']),
    },
    proof_alg: {
      rfc: 'RFC 9449 §4.2',
      appliesTo: isReadable,
      expected: ({ rules }) => `one of ${rules.algorithms.join(', ')}`,
      found: (proof) => formatValue(readProofParameter(proof, 'alg')),
      run: HEADER_CHECKS.alg,
      fixes: createFixes(
        ['client', 'sign proofs with an algorithm of the parameter "algs" of the challenge'],
        ['resource server', 'if the algorithm is safe, add it to the option "dpop.algorithms"'],
      ),
    },
    proof_jwk: {
      rfc: 'RFC 9449 §4.2',
      appliesTo: hasAlgorithm,
      expected: () => '"jwk" with the public key, without private members',
      found: describeJwk,
      run: HEADER_CHECKS.jwk,
      fixes: createFixes([
        'client',
        'export only the public key into "jwk"; if a private member was sent, replace the key',
      ]),
    },
    proof_binding: {
      rfc: 'RFC 9449 §7.1',
      appliesTo: ({ isTokenBound, hasPublicKey }) => isTokenBound && hasPublicKey,
      expected: ({ confirmation }) => `a key with the thumbprint ${formatValue(confirmation.jkt)}`,
      found: (proof) => `a key with the thumbprint ${formatValue(findThumbprint(proof))}`,
      run: HEADER_CHECKS.binding,
      fixes: createFixes(
        ['client', 'sign with the key that signed the proof of the token request'],
        ['client', 'request a new token after the key has changed'],
      ),
    },
    proof_key: {
      rfc: 'RFC 9449 §11.6',
      appliesTo: ({ hasPublicKey }) => hasPublicKey,
      expected: () =>
        'a key that fits the algorithm: RSA of 2048 to 4096 bits with the exponent 65537, or a point on its curve',
      found: ({ key }) => (key === undefined ? 'an unusable key' : describeKey(key)),
      run: HEADER_CHECKS.key,
      fixes: createFixes(['client', 'create a new key, such as one for ES256']),
    },
    proof_signature: {
      rfc: 'RFC 9449 §4.3',
      appliesTo: ({ key }) => key !== undefined,
      expected: () => 'a valid signature by the key in "jwk"',
      found: ({ jws }) => `${jws?.signature.length ?? 0} octets`,
      run: assertSignedProof,
      fixes: createFixes(
        ['client', 'sign with the private key that belongs to "jwk"'],
        ['client', 'encode ECDSA signatures as in RFC 7518 §3.4, not as DER'],
      ),
    },
  });

function describeField(count: number, field: string | undefined): string {
  if (count === 0) return 'no field "DPoP"';
  if (count > 1) return `${count} fields "DPoP"`;
  return field === undefined ? 'several proofs in one field' : 'one proof';
}

function describeParts(field: string): string {
  const { length } = field.split('.');
  return `${length} ${length === 1 ? 'part' : 'parts'}, ${field.length} characters`;
}

function hasAlgorithm(proof: ProofInspection): boolean {
  const alg = readProofParameter(proof, 'alg');
  return proof.rules.algorithms.some((accepted) => accepted === alg);
}

/** Names the members only: the values could be those of a private key. */
function describeJwk(proof: ProofInspection): string {
  const jwk = readProofParameter(proof, 'jwk');
  if (!isPlainObject(jwk)) return jwk === undefined ? 'no "jwk"' : '"jwk" that is not an object';
  const { kty } = jwk;
  return `"jwk" of the type ${formatValue(kty)} with ${formatValue(Object.keys(jwk))}`;
}

function describeKey({ keyObject }: VerificationKey): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = keyObject;
  const bits = details?.modulusLength;
  return `${type ?? 'a'} key${bits === undefined ? '' : ` of ${bits} bits`}`;
}

function findThumbprint(proof: ProofInspection): string | undefined {
  const jwk = readProofParameter(proof, 'jwk');
  return isPlainObject(jwk) && hasRequiredMembers(jwk) ? thumbprintOf(jwk) : undefined;
}
