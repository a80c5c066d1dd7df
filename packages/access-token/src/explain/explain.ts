/**
 * Why a token is accepted or refused: every check, and the mistakes that are known.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidTokenError, isScopeToken } from '@scopegate/protocol';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import type { CheckScene } from './check-scene.js';
import { askSchema } from '../claims/claims-schema.js';
import { diagnose, type Patient } from '../mistakes/diagnosis.js';
import { AUDIENCE_DIAGNOSES } from '../mistakes/diagnosis-audience.js';
import { CLAIMS_DIAGNOSES } from '../mistakes/diagnosis-claims.js';
import { FORMAT_DIAGNOSES } from '../mistakes/diagnosis-format.js';
import { KIND_DIAGNOSES } from '../mistakes/diagnosis-kind.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import { checkFormat, checkToken, skipChecks } from './explained-checks.js';
import type { CheckReason, ExplainedCheck, TokenExplanation } from '../explanation.js';
import { describeKey, describeKeySet, searchKey } from './key-search.js';
import { showIssues } from './shown-issues.js';
import { readToken, type TokenReading } from './token-reading.js';
import {
  type Verification,
  type VerificationPolicy,
  verifyAccessToken,
} from '../verification/verify-token.js';

const DIAGNOSES = [
  ...FORMAT_DIAGNOSES,
  ...KIND_DIAGNOSES,
  ...AUDIENCE_DIAGNOSES,
  ...CLAIMS_DIAGNOSES,
];

/** What a token is asked about beyond its validity. */
export interface ExplainOptions {
  /** Space-delimited scope-tokens that a route needs. @defaultValue no scope is asked for */
  readonly scope?: string | undefined;
}

/** What a verifier judges by. */
export interface Judgement<Claims> {
  readonly policy: VerificationPolicy;
  readonly schema: StandardSchemaV1<unknown, Claims> | undefined;
  /** Says whether a token is remembered as accepted. */
  readonly isCached: (token: string) => boolean;
}

/**
 * Explains what becomes of a token.
 *
 * The verdict is the verifier's own: the token is verified first. Then every check is made for itself,
 * so that the account does not end with the first failure.
 *
 * @throws TypeError (rejects) The token is not a string, an option is unknown, or `scope` holds no
 *   scope-tokens.
 */
export async function explainToken<Claims>(
  token: string,
  { policy: given, schema, isCached }: Judgement<Claims>,
  options: ExplainOptions = {},
): Promise<TokenExplanation> {
  assertText(token);
  const scope = readScopeOption(options);
  const now = given.clock();
  // All checks at one time: the account would not add up otherwise.
  const policy = { ...given, clock: () => now };
  const cached = isCached(token);
  const reading = readToken(token, policy);
  const { trusted } = reading;
  const before = trusted?.keySet.health();
  const refusal = await findRefusal(token, policy, schema);
  const schemaIssues = refusal === undefined ? schema && false : refusal.schemaIssues;
  const scene = await setScene(reading, { policy, schemaIssues, scope });
  const checks = [
    checkFormat(token, policy.maxTokenBytes),
    ...(scene === undefined ? skipChecks() : checkToken(scene)),
  ];
  const reason = refusal?.reason ?? checks.find(({ outcome }) => outcome === 'failed')?.reason;
  const findings = diagnose({ ...reading, ...symptoms(checks, scene), policy, scope }, DIAGNOSES);
  const signer = scene?.search.signer;
  const keySet = describeKeySet(before, trusted);
  return Object.freeze({
    verdict: verdictOf(reason),
    reason,
    cached,
    keySet,
    key: signer && describeKey(signer),
    checks: Object.freeze(checks),
    findings: Object.freeze(findings),
  });
}

/** JavaScript callers have no types. */
function assertText(token: unknown): void {
  if (typeof token === 'string') return;
  throw new TypeError('explain() needs the token as a string, without the scheme "Bearer"');
}

function readScopeOption(options: ExplainOptions): string | undefined {
  assertKnownOptions('explain()', options, ['scope']);
  const { scope } = options;
  if (scope === undefined) return undefined;
  if (typeof scope === 'string' && scope.split(' ').every(isScopeToken)) return scope;
  throw invalidOption('scope', 'must hold scope-tokens, separated by single spaces');
}

interface Refusal {
  readonly reason: CheckReason;
  /** What the schema found, as text, when every other check had passed. */
  readonly schemaIssues: string | undefined;
}

/** Verifies the token as a request would have it verified. */
async function findRefusal<Claims>(
  token: string,
  policy: VerificationPolicy,
  schema: StandardSchemaV1<unknown, Claims> | undefined,
): Promise<Refusal | undefined> {
  let verification: Verification;
  try {
    verification = await verifyAccessToken(token, policy);
  } catch (error) {
    if (!(error instanceof KeySetUnavailableError || error instanceof InvalidTokenError))
      throw error;
    return { reason: error.reason, schemaIssues: undefined };
  }
  const answer = schema && (await askSchema(verification.token, schema));
  if (answer === undefined || !('issues' in answer)) return undefined;
  return { reason: 'claim', schemaIssues: showIssues(answer.issues) };
}

async function setScene(
  { jws, trusted, expected }: TokenReading,
  context: Pick<CheckScene, 'policy' | 'schemaIssues' | 'scope'>,
): Promise<CheckScene | undefined> {
  if (jws === undefined) return undefined;
  return { jws, trusted, expected, search: await searchKey(jws, trusted), ...context };
}

function symptoms(
  checks: readonly ExplainedCheck[],
  scene: CheckScene | undefined,
): Pick<Patient, 'failed' | 'key'> {
  const failed = new Map(
    checks.flatMap(({ name, reason }) => (reason === undefined ? [] : [[name, reason] as const])),
  );
  const search = scene?.search;
  return { failed, key: search?.signer ?? search?.candidates?.[0] };
}

function verdictOf(reason: CheckReason | undefined): TokenExplanation['verdict'] {
  if (reason === undefined) return 'accepted';
  return reason === 'unavailable' ? 'undecided' : 'refused';
}
