/**
 * Explains why a token is accepted or refused.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { askSchema } from '../claims/claims-schema.js';
import { readIdentity } from '../claims/identity.js';
import type { Principal } from '../claims/verified-token.js';
import {
  type ExplainedRequest,
  type ExplainOptions,
  readExplainOptions,
} from './explain-options.js';
import { describeKey, describeKeySet } from './explained-keys.js';
import { createExplainedProofVerifier } from './explained-proof.js';
import type { TokenExplanation } from './explanation.js';
import { type CheckReason, findReason, isRefusal } from '../inspection/check-reason.js';
import {
  type Inspection,
  readBinding,
  type SchemaResult,
  type TokenBinding,
} from '../inspection/inspection.js';
import { searchKey } from '../inspection/key-search.js';
import { type ProofInspection, readProof } from '../inspection/proof-inspection.js';
import { runChecks } from '../checks/run-checks.js';
import { readToken } from '../inspection/unverified-token.js';
import { formatIssues } from './schema-issues.js';
import type { JsonObject } from '../jws/json-object.js';
import { findMistakes } from '../mistakes/find-mistakes.js';
import { provePossession } from '../possession/possession.js';
import type { VerifierPossession } from '../possession/possession-policy.js';
import { digestOf } from '../jws/token-digest.js';
import {
  type Verification,
  type VerificationPolicy,
  verifyAccessToken,
} from '../verification/verify-token.js';

/** The parts of a verifier that an explanation uses. */
export interface ExplainContext<Claims> {
  readonly policy: VerificationPolicy;
  readonly possession: VerifierPossession;
  readonly schema: StandardSchemaV1<unknown, Claims> | undefined;
  /** Whether the token is in the token cache. */
  readonly isCached: (token: string) => boolean;
  /** Returns scopes together with those that they imply; omitted when no scope implies another. */
  readonly addImplied?: Inspection['addImplied'];
}

/**
 * Explains why a token is accepted or refused.
 *
 * First the token is verified as in a request, which decides the verdict. Then every check runs
 * separately, so the explanation does not stop at the first failure.
 *
 * @throws TypeError (rejects) The token is not a string; an option is missing, unknown or out of range.
 */
export async function explainToken<Claims>(
  token: string,
  {
    policy: given,
    possession: givenPossession,
    schema,
    isCached,
    addImplied,
  }: ExplainContext<Claims>,
  options: ExplainOptions = {},
): Promise<TokenExplanation> {
  const request = readExplainOptions(token, options, given.provable);
  const now = given.clock();
  // Every check uses the same time, so the results cannot contradict each other.
  const clock = (): number => now;
  const policy = { ...given, clock };
  const possession = { ...givenPossession, clock };
  const cached = isCached(token);
  const unverified = await readToken(token, policy);
  const keySet = unverified.trusted?.keySet;
  const health = keySet?.health();
  const result = await verify(request, { policy, possession, schema });
  const keySearch = await searchKey(unverified.jws, unverified.trusted);
  const binding = readBinding(unverified, policy);
  const inspection: Inspection = {
    ...unverified,
    ...request,
    policy,
    possession,
    binding,
    proof: findProof(request, binding, possession),
    addImplied,
    schema: result.schema,
    keySearch,
  };
  const checks = runChecks(inspection);
  const reason = result.reason ?? checks.find(({ outcome }) => outcome === 'failed')?.reason;
  return Object.freeze({
    verdict: decideVerdict(reason),
    reason,
    cached,
    principal: findPrincipal(unverified.claims),
    key: keySearch.kind === 'found' ? describeKey(keySearch.key) : undefined,
    keySet: keySet && health && describeKeySet(keySet, health),
    checks,
    findings: findMistakes(inspection, checks),
  });
}

interface VerificationResult {
  /** `undefined` when the token passed. */
  readonly reason: CheckReason | undefined;
  readonly schema: SchemaResult;
}

type VerifyContext<Claims> = Pick<ExplainContext<Claims>, 'policy' | 'possession' | 'schema'>;

/** Verifies the token exactly as a request does, except that its proof is not registered. */
async function verify<Claims>(
  request: ExplainedRequest,
  { policy, possession, schema }: VerifyContext<Claims>,
): Promise<VerificationResult> {
  let verification: Verification;
  try {
    verification = await verifyAccessToken(request.presentation.token, policy);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { reason: error.reason, schema: { kind: 'not_asked' } };
  }
  const answer = schema && (await askSchema(verification.token, schema));
  if (answer !== undefined && 'issues' in answer) {
    return { reason: 'claim', schema: { kind: 'failed', issues: formatIssues(answer.issues) } };
  }
  const verifyProof = possession.proofs && createExplainedProofVerifier(possession.proofs);
  const presented = { ...request, token: verification.token, digest: undefined };
  const reason = findReason(() => provePossession(presented, { ...possession, verifyProof }));
  return { reason, schema: { kind: answer === undefined ? 'not_asked' : 'passed' } };
}

/** Reads the proof that was given, or whose absence is a mistake. */
function findProof(
  { presentation }: ExplainedRequest,
  { confirmation }: TokenBinding,
  { proofs, clock }: VerifierPossession,
): ProofInspection | undefined {
  const { scheme, token } = presentation;
  const isDue = scheme === 'DPoP' && confirmation?.jkt !== undefined;
  if (proofs === undefined || !(isDue || presentation.proofs.length > 0)) return undefined;
  const presented = {
    ...presentation,
    tokenDigest: digestOf(token),
    // No thumbprint is empty.
    confirmation: { jkt: confirmation?.jkt ?? '' },
    request: undefined,
    nowMs: clock(),
  };
  return readProof(presented, proofs);
}

/** Claims of the wrong type show no principal; the check `identity_claims` reports them. */
function findPrincipal(claims: JsonObject | undefined): Principal | undefined {
  let principal: Principal | undefined;
  if (claims !== undefined) findReason(() => ({ principal } = readIdentity(claims)));
  return principal;
}

function decideVerdict(reason: CheckReason | undefined): TokenExplanation['verdict'] {
  if (reason === undefined) return 'accepted';
  return reason === 'unavailable' ? 'undecided' : 'refused';
}
