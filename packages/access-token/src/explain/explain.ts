/**
 * Explains why a token is accepted or refused.
 *
 * @module
 */
import { readIdentity } from '../claims/identity.js';
import type { Principal } from '../claims/verified-token.js';
import {
  type ExplainedRequest,
  type ExplainOptions,
  readExplainOptions,
} from './explain-options.js';
import { describeKey, describeKeySet } from './explained-keys.js';
import { describeDecryption } from './explained-decryption.js';
import { describeIntrospection } from './explained-introspection.js';
import { type ExplainedVerifier, verifyExplained } from './explained-verification.js';
import type { TokenExplanation } from './explanation.js';
import { type CheckReason, findReason } from '../inspection/check-reason.js';
import { type Inspection, readBinding, type TokenBinding } from '../inspection/inspection.js';
import { searchKey } from '../inspection/key-search.js';
import { type ProofInspection, readProof } from '../inspection/proof-inspection.js';
import { runChecks } from '../checks/run-checks.js';
import { addAnswer, isOpaqueFormat, readToken } from '../inspection/unverified-token.js';
import type { JsonObject } from '../jws/json-object.js';
import { findMistakes } from '../mistakes/find-mistakes.js';
import type { VerifierPossession } from '../possession/possession-policy.js';
import { digestOf } from '../jws/token-digest.js';

/** The parts of a verifier that an explanation uses. */
export interface ExplainContext<Claims> extends ExplainedVerifier<Claims> {
  /** Whether every issuer can be asked about its tokens. */
  readonly canAskNow: boolean;
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
  context: ExplainContext<Claims>,
  options: ExplainOptions = {},
): Promise<TokenExplanation> {
  const { isCached, addImplied, canAskNow } = context;
  const verifier = fixTime(context);
  const { policy, possession } = verifier;
  const request = readExplainOptions(token, options, { provable: policy.provable, canAskNow });
  const cached = isCached(token);
  const read = await readToken(token, policy);
  const keySet = isOpaqueFormat(read.format) ? undefined : read.trusted?.keySet;
  const health = keySet?.health();
  const { reason: refusal, ...verified } = await verifyExplained(request, verifier);
  const unverified = addAnswer(read, verified.introspection);
  const keySearch = await searchKey(unverified.jws, unverified.trusted);
  const binding = readBinding(unverified, policy);
  const proof = findProof(request, binding, possession);
  const inspection: Inspection = {
    ...unverified,
    ...request,
    ...verified,
    policy,
    possession,
    binding,
    proof,
    addImplied,
    keySearch,
  };
  const checks = runChecks(inspection);
  const reason = refusal ?? checks.find(({ outcome }) => outcome === 'failed')?.reason;
  return Object.freeze({
    verdict: decideVerdict(reason),
    reason,
    cached,
    principal: findPrincipal(unverified.claims),
    decryption: describeDecryption(unverified.decryption),
    key: keySearch.kind === 'found' ? describeKey(keySearch.key) : undefined,
    keySet: keySet && health && describeKeySet(keySet, health),
    introspection: describeIntrospection(inspection),
    checks,
    findings: findMistakes(inspection, checks),
  });
}

/** Every check uses the same time, so the results cannot contradict each other. */
function fixTime<Claims>(verifier: ExplainedVerifier<Claims>): ExplainedVerifier<Claims> {
  const { policy, possession, schema, revocation } = verifier;
  const now = policy.clock();
  const clock = (): number => now;
  return {
    policy: { ...policy, clock },
    possession: { ...possession, clock },
    schema,
    revocation,
  };
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
