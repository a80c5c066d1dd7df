/**
 * Verifies a token as a request does, without changing anything.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { askSchema } from '../claims/claims-schema.js';
import type { KnownToken } from '../claims/verified-token.js';
import type { ExplainedRequest } from './explain-options.js';
import { createExplainedProofVerifier } from './explained-proof.js';
import { type CheckReason, findReason, isRefusal } from '../inspection/check-reason.js';
import type { SchemaResult } from '../inspection/inspection.js';
import {
  type FreshRecord,
  type IntrospectionRecord,
  IntrospectionRecorder,
  recordFreshAnswer,
} from '../inspection/introspection-record.js';
import { recordRevocation, type RevocationRecord } from '../inspection/revocation-record.js';
import { digestOf } from '../jws/token-digest.js';
import { provePossession } from '../possession/possession.js';
import type { VerifierPossession } from '../possession/possession-policy.js';
import type { RevocationPolicy } from '../revocation/resolve-revocation.js';
import { formatIssues } from './schema-issues.js';
import { verifyByFormat } from '../verification/verify-by-format.js';
import type { Verification, VerificationPolicy } from '../verification/verify-token.js';

/** What a token is verified with. */
export interface ExplainedVerifier<Claims> {
  readonly policy: VerificationPolicy;
  readonly possession: VerifierPossession;
  readonly schema: StandardSchemaV1<unknown, Claims> | undefined;
  readonly revocation: RevocationPolicy | undefined;
}

/** The result of a verification, and of the questions that it asked. */
export interface ExplainedVerification {
  /** `undefined` when the token passed. */
  readonly reason: CheckReason | undefined;
  readonly schema: SchemaResult;
  readonly introspection: IntrospectionRecord;
  readonly fresh: FreshRecord;
  readonly revocation: RevocationRecord;
}

/** A token whose own checks were made. */
interface TokenResult extends Pick<ExplainedVerification, 'reason' | 'schema' | 'introspection'> {
  /** `undefined` when the token is refused. */
  readonly accepted: Verification | undefined;
}

/**
 * Verifies a token exactly as a request does, except that its proof is not registered, that nothing is cached,
 * and that revocation is also checked if the proof of possession fails.
 */
export async function verifyExplained<Claims>(
  request: ExplainedRequest,
  verifier: ExplainedVerifier<Claims>,
): Promise<ExplainedVerification> {
  const { policy, revocation: revocationPolicy } = verifier;
  const { accepted, reason, schema, introspection } = await verifyToken(request, verifier);
  const token = accepted?.token;
  const fresh = accepted ? await askFresh(accepted, request, policy) : NOT_ASKED;
  const current = fresh.kind === 'confirmed' ? fresh.token : token;
  // A token that is refused is not a token of anyone.
  const checked = 'error' in fresh ? undefined : current;
  const revocation = await recordRevocation(checked, revocationPolicy, policy.clock());
  const possession = token && provePossessionOf(token, request, verifier);
  return {
    reason: reason ?? possession ?? findStateReason(fresh) ?? findStateReason(revocation),
    schema,
    introspection,
    fresh,
    revocation,
  };
}

function findStateReason(record: FreshRecord | RevocationRecord): CheckReason | undefined {
  return 'error' in record ? record.error.reason : undefined;
}

const NOT_ASKED = Object.freeze({ kind: 'not_asked' });

async function verifyToken<Claims>(
  { presentation: { token } }: ExplainedRequest,
  { policy, schema }: ExplainedVerifier<Claims>,
): Promise<TokenResult> {
  const recorder = new IntrospectionRecorder();
  const recorded = { ...policy, formats: recorder.wrap(policy.formats) };
  const question = {
    token,
    digest: digestOf(token),
    inquiry: undefined,
    findStale: () => undefined,
    onRefused: () => undefined,
  };
  try {
    const verification = await verifyByFormat(token, () => question, recorded);
    const answer = schema && (await askSchema(verification.token, schema));
    const introspection = recorder.record;
    if (answer !== undefined && 'issues' in answer) {
      const failed = { kind: 'failed', issues: formatIssues(answer.issues) } as const;
      return { accepted: undefined, reason: 'claim', schema: failed, introspection };
    }
    const kind = answer === undefined ? 'not_asked' : 'passed';
    return { accepted: verification, reason: undefined, schema: { kind }, introspection };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const introspection = recorder.record;
    return { accepted: undefined, reason: error.reason, schema: NOT_ASKED, introspection };
  }
}

/** An opaque token was asked about already. */
async function askFresh(
  accepted: Verification,
  { presentation: { token }, requirement: { fresh } }: ExplainedRequest,
  policy: VerificationPolicy,
): Promise<FreshRecord> {
  const { format, issuer: identifier } = accepted.token;
  if (fresh !== true || format === 'opaque') return NOT_ASKED;
  const issuer = await policy.issuers.find(identifier);
  if (issuer === undefined) return NOT_ASKED;
  return await recordFreshAnswer({ accepted, issuer, token, digest: digestOf(token) }, policy);
}

function provePossessionOf<Claims>(
  token: KnownToken,
  request: ExplainedRequest,
  { possession }: ExplainedVerifier<Claims>,
): CheckReason | undefined {
  const verifyProof = possession.proofs && createExplainedProofVerifier(possession.proofs);
  const presented = { ...request, token, digest: undefined };
  return findReason(() => provePossession(presented, { ...possession, verifyProof }));
}
