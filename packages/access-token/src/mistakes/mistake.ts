/**
 * How a known mistake is told by a token that was refused.
 *
 * @module
 */
import type {
  CheckName,
  CheckReason,
  Finding,
  FindingCause,
  Remedy,
  Side,
} from '../explanation.js';
import { type JsonObject, member } from '../jws/json-object.js';
import type { VerificationKey } from '../jws/signature.js';
import type { TrustedIssuer, VerificationPolicy } from '../verification/verify-token.js';

/** A token that was refused, as far as it can be read, and what it was held against. */
export interface Patient {
  readonly token: string;
  /** What stands between the dots. */
  readonly parts: readonly string[];
  /** Unverified; empty where it cannot be read. */
  readonly header: JsonObject;
  /** Unverified; `undefined` where they cannot be read. */
  readonly claims: JsonObject | undefined;
  /** The checks that failed, and why. */
  readonly failed: ReadonlyMap<CheckName, CheckReason>;
  /** The trusted issuer that the token names, else the first. */
  readonly expected: TrustedIssuer;
  /** A key that the signature should have been made with. */
  readonly key: VerificationKey | undefined;
  /** Space-delimited scope-tokens that are asked for. */
  readonly scope: string | undefined;
  /** Its clock stands still. */
  readonly policy: VerificationPolicy;
}

/** A known mistake. */
export interface Diagnosis {
  readonly cause: FindingCause;
  /** Only when one of these checks failed. */
  readonly of: readonly CheckName[];
  /** Causes that explain the same failure better. */
  readonly unless?: readonly FindingCause[];
  /** Says by what the mistake is known; `undefined` when it was not made. */
  readonly find: (patient: Patient) => string | undefined;
  readonly remedies: readonly Remedy[];
}

/** Finds the mistakes that a token shows, in the order of the list. */
export function diagnose(patient: Patient, diagnoses: readonly Diagnosis[]): readonly Finding[] {
  const found = diagnoses.flatMap((diagnosis) => {
    if (!diagnosis.of.some((name) => patient.failed.has(name))) return [];
    const evidence = diagnosis.find(patient);
    return evidence === undefined ? [] : [{ diagnosis, evidence }];
  });
  const causes = new Set(found.map(({ diagnosis }) => diagnosis.cause));
  return found
    .filter(({ diagnosis }) => !diagnosis.unless?.some((cause) => causes.has(cause)))
    .map(({ diagnosis: { cause, remedies }, evidence }) =>
      Object.freeze({ cause, evidence, remedies }),
    );
}

/** Makes the remedies of a diagnosis. */
export function remedies(...given: readonly (readonly [Side, string])[]): readonly Remedy[] {
  return Object.freeze(given.map(([side, action]) => Object.freeze({ side, action })));
}

/** The time of the diagnosis, seconds since the epoch. */
export function nowOf({ policy }: Patient): number {
  return policy.clock() / 1000;
}

/** Reads a claim that is a string. */
export function textOf({ claims }: Patient, name: string): string | undefined {
  const value = claims && member(claims, name);
  return typeof value === 'string' ? value : undefined;
}

/** Reads a claim. */
export function claimOf({ claims }: Patient, name: string): unknown {
  return claims && member(claims, name);
}

/** Says whether there is such a claim. */
export function hasClaim({ claims }: Patient, name: string): boolean {
  return claims !== undefined && Object.hasOwn(claims, name);
}

/** The strings of `aud`; empty when it is absent. */
export function audienceOf(patient: Patient): readonly string[] {
  const aud = claimOf(patient, 'aud');
  const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return list.filter((value): value is string => typeof value === 'string');
}
