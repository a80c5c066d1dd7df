/**
 * The keys and certificates that tokens are bound to.
 *
 * @module
 */
import { invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import type { TestClock } from '../clock.js';
import type { JsonMembers } from '../shapes/token-shape.js';

/** A DPoP key that a token can be bound to: `createProofKey()` returns one. RFC 9449 §6.1. */
export interface BoundKey {
  /** The RFC 7638 thumbprint of the public key, SHA-256 in base64url. */
  readonly thumbprint: string;
  /** The public key. */
  readonly publicJwk: object;
}

/** A client certificate that a token can be bound to: `createTestCertificate()` returns one. RFC 8705 §3.1. */
export interface BoundCertificate {
  /** The SHA-256 of the certificate's DER, in base64url. */
  readonly thumbprint: string;
  /** Absent; it distinguishes keys from certificates. */
  readonly publicJwk?: undefined;
}

/** A key or a certificate that a token can be bound to. */
export type TokenBinding = BoundKey | BoundCertificate;

const EXPECTED =
  'must be a key of createProofKey(), an object with the thumbprint of a certificate, or an array with one of each';

/**
 * Writes the `cnf` claim of a token that is bound to a key, to a certificate, or to both.
 *
 * @throws TypeError There is nothing to bind to, or there are two keys or two certificates.
 * @see RFC 7800 §3.1; RFC 9449 §6.1; RFC 8705 §3.1
 */
export function confirmationOf(boundTo: TokenBinding | readonly TokenBinding[]): JsonMembers {
  const bindings: readonly unknown[] = [boundTo].flat();
  if (!bindings.every(isBinding)) throw invalidOption('boundTo', EXPECTED);
  const members = bindings.map((binding) => [isKey(binding) ? 'jkt' : 'x5t#S256', binding]);
  const cnf = new Map(members as [string, TokenBinding][]); // pairs, as written above
  if (cnf.size === 0 || cnf.size !== bindings.length) throw invalidOption('boundTo', EXPECTED);
  return Object.fromEntries([...cnf].map(([name, { thumbprint }]) => [name, thumbprint]));
}

/**
 * Returns the type of a token: `DPoP` if it is bound to a key, otherwise `Bearer`.
 *
 * @see RFC 9449 §5; RFC 8705 §3
 */
export function tokenTypeOf({ cnf }: JsonMembers): 'Bearer' | 'DPoP' {
  return isPlainObject(cnf) && 'jkt' in cnf ? 'DPoP' : 'Bearer';
}

/** The issuer that bound a token to a key. */
export interface BindingIssuer {
  readonly clock: TestClock;
  /** Signs a token of the issuer again, bound to the key with another thumbprint. */
  readonly rebind: (token: string, thumbprint: string) => string;
}

/** The last issuer that bound a token to each key. */
const issuers = new WeakMap<object, BindingIssuer>();

/** Notes which issuer binds tokens to the keys among the bindings. */
export function noteIssuer(
  boundTo: TokenBinding | readonly TokenBinding[],
  issuer: BindingIssuer,
): void {
  for (const binding of [boundTo].flat())
    if (isKey(binding)) issuers.set(binding.publicJwk, issuer);
}

/** Finds the last issuer that bound a token to a key. */
export function findIssuer({ publicJwk }: BoundKey): BindingIssuer | undefined {
  return issuers.get(publicJwk);
}

function isBinding(value: unknown): value is TokenBinding {
  return isPlainObject(value) && typeof value['thumbprint'] === 'string';
}

function isKey(binding: TokenBinding): binding is BoundKey {
  return binding.publicJwk !== undefined;
}
