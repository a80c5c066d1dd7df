/**
 * Options of `explain()`, and what the token is presented with.
 *
 * @module
 */
import { createHash, X509Certificate } from 'node:crypto';
import { type AuthScheme, isScopeToken, type RequiredAuthentication } from '@scopegate/protocol';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import type { SenderConstraint } from '../options/possession-options.js';
import { resolveSenderConstraint } from '../options/resolve-possession.js';
import { resolveUserAuthentication } from '../claims/user-authentication.js';
import { type RequirementContext, resolveFresh } from '../possession/presented-arguments.js';
import type { PresentationRequirement, Presentation } from '../possession/presentation.js';

/**
 * Options of `explain()`. Without any of them, the token is explained as a bearer token that is sent
 * without a client certificate.
 */
export interface ExplainOptions {
  /**
   * The scope that a route requires: scope-tokens separated by single spaces. The token must have all of
   * them.
   *
   * @defaultValue the check `required_scope` is skipped
   */
  readonly scope?: string | undefined;
  /**
   * What a route requires tokens to be bound to, in addition to the option `senderConstraint` of the
   * verifier: `'dpop'`, `'mtls'` or `'any'`. Requires the option `dpop` or `mtls` of the verifier.
   *
   * @defaultValue only what the verifier requires
   */
  readonly senderConstraint?: SenderConstraint | undefined;
  /**
   * Whether a route requires that the authorization server is asked about the token now: with `true`, it is
   * asked about JWTs too. Requires the option `introspection` of every issuer.
   *
   * @defaultValue `false`: it is asked about opaque tokens only
   */
  readonly fresh?: boolean | undefined;
  /**
   * The authentication context classes that a route accepts, any of which is sufficient. RFC 9470 §3.
   *
   * @defaultValue any class
   */
  readonly acrValues?: readonly string[] | undefined;
  /**
   * The longest time since the user was authenticated that a route accepts, in seconds; an integer of at least
   * 0. RFC 9470 §3.
   *
   * @defaultValue no limit
   */
  readonly maxAgeSeconds?: number | undefined;
  /**
   * The scheme that the token was sent with: `'Bearer'` or `'DPoP'`. RFC 6750 §2.1, RFC 9449 §7.1.
   *
   * @defaultValue `'DPoP'` with `proof`, `'Bearer'` without it
   */
  readonly scheme?: AuthScheme | undefined;
  /**
   * The DPoP proof: the value of the field `DPoP`, or an array of the values if the request had several
   * of these fields. The proof is not registered, so the client can still use it. Requires `method` and
   * `url`.
   *
   * @defaultValue the token is presented without a proof
   */
  readonly proof?: string | readonly string[] | undefined;
  /**
   * The method of the request, such as `GET`. It is case-sensitive.
   *
   * @defaultValue required with `proof`; otherwise not used
   */
  readonly method?: string | undefined;
  /**
   * The URL of the request as the API received it, or its path with the query. Only the path counts,
   * because the option `dpop.publicUrl` names the host.
   *
   * @defaultValue required with `proof`; otherwise not used
   */
  readonly url?: string | undefined;
  /**
   * The client certificate of the connection: PEM, of which the first certificate counts, or its SHA-256
   * in base64url. RFC 8705 §3.
   *
   * @defaultValue the token is presented without a certificate
   */
  readonly certificate?: string | undefined;
}

/** What a token is explained with. */
export interface ExplainedRequest {
  readonly scope: string | undefined;
  readonly presentation: Presentation;
  readonly requirement: PresentationRequirement;
  readonly authentication: RequiredAuthentication | undefined;
}

const ROUTE_NAMES = ['scope', 'senderConstraint', 'fresh', 'acrValues', 'maxAgeSeconds'];
const NAMES = [...ROUTE_NAMES, 'scheme', 'proof', 'method', 'url', 'certificate'];
const SCHEMES: readonly AuthScheme[] = ['Bearer', 'DPoP'];

/**
 * Checks the options of `explain()`.
 *
 * @throws TypeError The token is not a string; an option is missing, unknown or out of range.
 */
export function readExplainOptions(
  token: unknown,
  options: ExplainOptions,
  { provable, canAskNow }: RequirementContext,
): ExplainedRequest {
  // Callers in JavaScript can pass a value of any type.
  if (typeof token !== 'string') {
    throw new TypeError('explain() expects the token as a string, without its scheme');
  }
  assertKnownOptions('explain()', options, NAMES);
  // The names are checked; the types are not yet.
  const { scope, senderConstraint, fresh, acrValues, maxAgeSeconds } = options;
  const { scheme, proof, method, url, certificate } = options;
  const proofs = readProofs(proof);
  // A proof is for one request, so it requires both.
  const omitted = proofs === undefined ? '' : undefined;
  return {
    scope: readScope(scope),
    requirement: {
      senderConstraint: resolveSenderConstraint(senderConstraint, provable),
      fresh: resolveFresh(fresh, canAskNow),
    },
    authentication: resolveUserAuthentication(acrValues, maxAgeSeconds),
    presentation: {
      token,
      scheme: readScheme(scheme) ?? (proofs === undefined ? 'Bearer' : 'DPoP'),
      proofs: proofs ?? [],
      method: readText('method', method, omitted),
      target: targetOf(readText('url', url, omitted)),
      certificate: readCertificate(certificate),
    },
  };
}

function readScope(scope: unknown): string | undefined {
  if (scope === undefined) return undefined;
  if (typeof scope === 'string' && scope.split(' ').every(isScopeToken)) return scope;
  throw invalidOption('scope', 'must be a string of scope-tokens separated by single spaces');
}

function readScheme(scheme: unknown): AuthScheme | undefined {
  const known = SCHEMES.find((each) => each === scheme);
  if (known !== undefined || scheme === undefined) return known;
  throw invalidOption('scheme', 'must be "Bearer" or "DPoP"');
}

function readProofs(proof: unknown): readonly string[] | undefined {
  if (proof === undefined) return undefined;
  const lines: readonly unknown[] = Array.isArray(proof) ? proof : [proof];
  if (lines.every((line) => typeof line === 'string')) return lines;
  throw invalidOption('proof', 'must be a string or an array of strings');
}

/** @param omitted - The value if the option is omitted; `undefined` if it is required. */
function readText(name: 'method' | 'url', value: unknown, omitted: string | undefined): string {
  if (value === undefined && omitted !== undefined) return omitted;
  if (typeof value === 'string' && value !== '') return value;
  throw invalidOption(name, 'must be a non-empty string; "proof" requires it');
}

/** The target as the API received it, without any normalization. RFC 9112 §3.2. */
function targetOf(url: string): string {
  const [, rest] = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*([^#]*)/i.exec(url) ?? [];
  return rest === undefined || rest.startsWith('/') ? (rest ?? url) : `/${rest}`;
}

/** The thumbprint of a certificate. RFC 8705 §3.1. */
function readCertificate(certificate: unknown): string | undefined {
  if (certificate === undefined) return undefined;
  if (typeof certificate === 'string') {
    if (/^[-\w]{43}$/.test(certificate)) return certificate;
    const der = findDer(certificate);
    if (der !== undefined) return createHash('sha256').update(der).digest('base64url');
  }
  throw invalidOption('certificate', 'must be a certificate in PEM, or its SHA-256 in base64url');
}

function findDer(pem: string): Uint8Array | undefined {
  try {
    return new X509Certificate(pem).raw;
  } catch {
    return undefined;
  }
}
