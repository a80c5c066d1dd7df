/**
 * A token, what it is held against, and how a check of it is told.
 *
 * @module
 */
import { InsufficientScopeError, InvalidTokenError } from '@scopegate/protocol';
import type { UnverifiedJws } from '../jws/compact-jws.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import type { CheckName, CheckReason } from '../explanation.js';
import { member } from '../jws/json-object.js';
import type { KeySearch } from './key-search.js';
import { showValue } from './printable.js';
import type { TrustedIssuer, VerificationPolicy } from '../verification/verify-token.js';

/** A token that could be read, and what it is held against. */
export interface CheckScene {
  readonly jws: UnverifiedJws;
  readonly policy: VerificationPolicy;
  /** The issuer that the token names, if it is trusted. */
  readonly trusted: TrustedIssuer | undefined;
  /** The trusted one, or the first: whose policy holds. */
  readonly expected: TrustedIssuer;
  readonly search: KeySearch;
  /** The issues of the schema, as text; `undefined` when it was not asked, `false` when it had none. */
  readonly schemaIssues: string | false | undefined;
  /** Space-delimited scope-tokens that are asked for. */
  readonly scope: string | undefined;
}

/** How one check is made and told. */
export interface Check {
  readonly name: CheckName;
  readonly rfc: string;
  /** Otherwise it is skipped. */
  readonly appliesTo?: (scene: CheckScene) => boolean;
  readonly expected: (scene: CheckScene) => string;
  readonly found: (scene: CheckScene) => string;
  /** Throws what verification would throw. */
  readonly run: (scene: CheckScene) => unknown;
}

/** Reads a claim. */
export function claimOf({ jws }: CheckScene, name: string): unknown {
  return member(jws.claims, name);
}

/** Reads a header parameter. */
export function parameterOf({ jws }: CheckScene, name: string): unknown {
  return member(jws.header.parameters, name);
}

/** Writes claims with their names. */
export function showClaims(scene: CheckScene, names: readonly string[]): string {
  return names.map((name) => `"${name}" ${showValue(claimOf(scene, name))}`).join(', ');
}

/**
 * Makes a check.
 *
 * @returns The reason of its refusal; `undefined` when there is none. What is no refusal is thrown.
 */
export function reasonOf(run: () => unknown): CheckReason | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidTokenError) return error.reason;
    if (error instanceof InsufficientScopeError) return error.reason;
    if (error instanceof KeySetUnavailableError) return error.reason;
    throw error;
  }
}
