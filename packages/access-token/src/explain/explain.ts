/**
 * Explains why a token is accepted or refused.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidTokenError, isScopeToken } from '@scopegate/protocol';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import { askSchema } from '../claims/claims-schema.js';
import { readIdentity } from '../claims/identity.js';
import type { Principal } from '../claims/verified-token.js';
import { describeKey, describeKeySet } from './explained-keys.js';
import type { TokenExplanation } from './explanation.js';
import { type CheckReason, findReason } from '../inspection/check.js';
import { type Inspection, readToken, type SchemaResult } from '../inspection/inspection.js';
import { searchKey } from '../inspection/key-search.js';
import { runChecks } from '../inspection/run-checks.js';
import { formatIssues } from '../inspection/schema-issues.js';
import type { JsonObject } from '../jws/json-object.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import { findMistakes } from '../mistakes/find-mistakes.js';
import {
  type Verification,
  type VerificationPolicy,
  verifyAccessToken,
} from '../verification/verify-token.js';

/** Options of `explain()`. */
export interface ExplainOptions {
  /**
   * The scope that a route requires: scope-tokens separated by single spaces. The token must have all of
   * them. When omitted, the check `required_scope` is skipped.
   */
  readonly scope?: string | undefined;
}

/** The parts of a verifier that an explanation uses. */
export interface ExplainContext<Claims> {
  readonly policy: VerificationPolicy;
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
 * @throws TypeError (rejects) The token is not a string, an option is unknown, or `scope` is malformed.
 */
export async function explainToken<Claims>(
  token: string,
  { policy: given, schema, isCached, addImplied }: ExplainContext<Claims>,
  options: ExplainOptions = {},
): Promise<TokenExplanation> {
  assertString(token);
  const scope = readScopeOption(options);
  const now = given.clock();
  // Every check uses the same time, so the results cannot contradict each other.
  const policy = { ...given, clock: () => now };
  const cached = isCached(token);
  const unverified = await readToken(token, policy);
  const keySet = unverified.trusted?.keySet;
  const health = keySet?.health();
  const result = await verify(token, policy, schema);
  const keySearch = await searchKey(unverified.jws, unverified.trusted);
  const inspection: Inspection = {
    ...unverified,
    policy,
    scope,
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

/** Callers in JavaScript can pass a value of any type. */
function assertString(token: unknown): asserts token is string {
  if (typeof token === 'string') return;
  throw new TypeError('explain() expects the token as a string, without the scheme "Bearer"');
}

function readScopeOption(options: ExplainOptions): string | undefined {
  assertKnownOptions('explain()', options, ['scope']);
  const { scope } = options;
  if (scope === undefined) return undefined;
  if (typeof scope === 'string' && scope.split(' ').every(isScopeToken)) return scope;
  throw invalidOption('scope', 'must be a string of scope-tokens separated by single spaces');
}

interface VerificationResult {
  /** `undefined` when the token passed. */
  readonly reason: CheckReason | undefined;
  readonly schema: SchemaResult;
}

/** Verifies the token exactly as a request does. */
async function verify<Claims>(
  token: string,
  policy: VerificationPolicy,
  schema: StandardSchemaV1<unknown, Claims> | undefined,
): Promise<VerificationResult> {
  let verification: Verification;
  try {
    verification = await verifyAccessToken(token, policy);
  } catch (error) {
    if (!(error instanceof KeySetUnavailableError || error instanceof InvalidTokenError)) {
      throw error;
    }
    return { reason: error.reason, schema: { kind: 'not_asked' } };
  }
  if (schema === undefined) return { reason: undefined, schema: { kind: 'not_asked' } };
  const answer = await askSchema(verification.token, schema);
  if (!('issues' in answer)) return { reason: undefined, schema: { kind: 'passed' } };
  return { reason: 'claim', schema: { kind: 'failed', issues: formatIssues(answer.issues) } };
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
