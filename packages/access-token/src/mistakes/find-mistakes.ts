/**
 * Finds known mistakes in a refused token.
 *
 * @module
 */
import type { Fix } from '../inspection/fix.js';
import type { Inspection } from '../inspection/inspection.js';
import type { ExplainedCheck } from '../checks/run-checks.js';
import type { KnownMistake } from './mistake.js';
import { AUDIENCE_MISTAKES, type AudienceCause } from './mistakes-audience.js';
import { AUTHENTICATION_MISTAKES, type AuthenticationCause } from './mistakes-authentication.js';
import { CLAIM_MISTAKES, type ClaimCause } from './mistakes-claims.js';
import { ENCRYPTION_MISTAKES, type EncryptionCause } from './mistakes-encryption.js';
import { FORMAT_MISTAKES, type FormatCause } from './mistakes-format.js';
import { INTROSPECTION_MISTAKES, type IntrospectionCause } from './mistakes-introspection.js';
import { ISSUER_MISTAKES, type IssuerCause } from './mistakes-issuer.js';
import { KIND_MISTAKES, type KindCause } from './mistakes-kind.js';
import { POSSESSION_MISTAKES, type PossessionCause } from './mistakes-possession.js';
import { PROOF_MISTAKES, type ProofCause } from './mistakes-proofs.js';
import { SIGNATURE_MISTAKES, type SignatureCause } from './mistakes-signature.js';
import { TIME_MISTAKES, type TimeCause } from './mistakes-times.js';

/** The stable name of a known mistake. */
export type FindingCause =
  | FormatCause
  | EncryptionCause
  | SignatureCause
  | KindCause
  | IssuerCause
  | AudienceCause
  | TimeCause
  | ClaimCause
  | PossessionCause
  | ProofCause
  | IntrospectionCause
  | AuthenticationCause;

/** A known mistake that was found in the token or its proof. */
export interface Finding {
  /** The stable name of the mistake. */
  readonly cause: FindingCause;
  /**
   * What is wrong, and the evidence in the token or the proof: a sentence without a full stop. May quote unverified
   * claims.
   */
  readonly evidence: string;
  /** What to change; never empty. */
  readonly fixes: readonly Fix[];
}

/** In the order in which they are reported. */
const MISTAKES: Readonly<Record<FindingCause, KnownMistake<FindingCause>>> = {
  ...FORMAT_MISTAKES,
  ...ENCRYPTION_MISTAKES,
  ...SIGNATURE_MISTAKES,
  ...KIND_MISTAKES,
  ...ISSUER_MISTAKES,
  ...AUDIENCE_MISTAKES,
  ...TIME_MISTAKES,
  ...CLAIM_MISTAKES,
  ...POSSESSION_MISTAKES,
  ...PROOF_MISTAKES,
  ...INTROSPECTION_MISTAKES,
  ...AUTHENTICATION_MISTAKES,
};

/** Finds the known mistakes that explain why checks failed. */
export function findMistakes(
  inspection: Inspection,
  checks: readonly ExplainedCheck[],
): readonly Finding[] {
  const failed = new Set(
    checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name),
  );
  const causes = Object.keys(MISTAKES) as FindingCause[]; // the table has no other keys
  const findings = causes.flatMap((cause) => {
    const { checks: relevant, findEvidence, fixes } = MISTAKES[cause];
    if (!relevant.some((name) => failed.has(name))) return [];
    const evidence = findEvidence(inspection);
    return evidence === undefined ? [] : [Object.freeze({ cause, evidence, fixes })];
  });
  const found = new Set(findings.map(({ cause }) => cause));
  const isExplainedBetter = ({ cause }: Finding): boolean =>
    MISTAKES[cause].unless?.some((other) => found.has(other)) ?? false;
  return Object.freeze(findings.filter((finding) => !isExplainedBetter(finding)));
}
