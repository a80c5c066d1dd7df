/**
 * Signed introspection responses. RFC 9701.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import { readStrings } from '../claims/string-claims.js';
import { ISSUED_AT_ALLOWANCE_SECONDS } from '../claims/times.js';
import { mediaType } from '../claims/token-kind.js';
import { parseUnverifiedJws, type UnverifiedJws } from '../jws/compact-jws.js';
import { type JsonObject, member } from '../jws/json-object.js';
import { type Algorithm, isSignatureValid } from '../jws/signature.js';
import type { KeySet, SignerSearch } from '../keys/key-set.js';
import { IntrospectionFault, unusableResponse } from './introspection-fault.js';
import { type RawResponse, SIGNED_MEDIA_TYPE } from './introspection-request.js';
import { readMembers } from './read-response.js';

/** What a signed response must be. */
export interface SignedResponsePolicy {
  readonly issuer: string;
  /** The names of this resource server, of which `aud` contains one. */
  readonly recipients: readonly string[];
  readonly algorithms: readonly Algorithm[];
  readonly keySet: KeySet;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly clockToleranceSeconds: number;
}

const MAX_BYTES = 64 * 1024;

/**
 * Verifies a signed introspection response, and reads it.
 *
 * @returns Its members; `undefined` when the token is not active.
 * @throws IntrospectionFault (rejects) `response`, or `keys`: the issuer's keys are unavailable.
 * @see RFC 9701 §5
 */
export async function readSignedResponse(
  { bytes, mediaType: type }: RawResponse,
  policy: SignedResponsePolicy,
): Promise<JsonObject | undefined> {
  // Anything less would be a downgrade.
  if (type !== SIGNED_MEDIA_TYPE) throw unusableResponse('is not signed');
  const jws = parse(bytes);
  if (mediaType(member(jws.header.parameters, 'typ')) !== 'token-introspection+jwt') {
    throw unusableResponse('is a JWT whose "typ" is not "token-introspection+jwt"');
  }
  await assertSigned(jws, policy);
  checkClaims(jws.claims, policy);
  const members = member(jws.claims, 'token_introspection');
  if (!isPlainObject(members)) throw unusableResponse('has no object "token_introspection"');
  return readMembers(members);
}

function parse(bytes: Buffer): UnverifiedJws {
  try {
    return parseUnverifiedJws(bytes.toString('latin1'), MAX_BYTES);
  } catch {
    throw unusableResponse('is not a JWT');
  }
}

async function assertSigned(jws: UnverifiedJws, policy: SignedResponsePolicy): Promise<void> {
  const { header, signingInput, signature } = jws;
  const alg = policy.algorithms.find((allowed) => allowed === header.alg);
  if (alg === undefined) throw unusableResponse('is signed with an algorithm that is not accepted');
  let search: SignerSearch;
  try {
    search = await policy.keySet.findSigner({
      alg,
      kid: header.kid,
      hasSigned: (key) => isSignatureValid(key, signingInput, signature),
    });
  } catch (cause) {
    throw new IntrospectionFault('keys', { cause });
  }
  if (search.signer === undefined) throw unusableResponse('is not signed by a key of the issuer');
}

function checkClaims(claims: JsonObject, policy: SignedResponsePolicy): void {
  const { issuer, recipients, clock, clockToleranceSeconds } = policy;
  if (member(claims, 'iss') !== issuer) throw unusableResponse('has another "iss"');
  if (!readAudience(claims).some((each) => recipients.includes(each))) {
    throw unusableResponse('has an "aud" without this resource server');
  }
  const issuedAt = member(claims, 'iat');
  const allowance = ISSUED_AT_ALLOWANCE_SECONDS + clockToleranceSeconds;
  const isRecent = typeof issuedAt === 'number' && Math.abs(clock() / 1000 - issuedAt) <= allowance;
  if (!isRecent) throw unusableResponse('has an "iat" that is not now');
}

function readAudience(claims: JsonObject): readonly string[] {
  try {
    return readStrings(claims, 'aud') ?? [];
  } catch {
    return [];
  }
}
