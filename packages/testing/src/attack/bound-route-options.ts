/**
 * The options of `assertProtected()` for routes that require bound tokens.
 *
 * @module
 */
import { didYouMean, invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import type { Bearer } from '../bearer.js';
import {
  proofForgeries as allProofForgeries,
  type ProofForgeryName,
} from '../proofs/proof-forgeries.js';
import { createProofKey, type ProofKey } from '../proofs/proof-key.js';
import { decodeJson, splitSegments } from '../tokens/compact-jws.js';
import { lazily } from '../tokens/signing-keys.js';
import type { BoundCertificate } from '../tokens/token-binding.js';
import type { TokenOverrides } from '../tokens/token-overrides.js';
import type { Possession } from '../plans/attack-caller.js';
import type { AttackedRoute } from '../plans/attacked-route.js';

/** Options of `assertProtected()` for routes that require bound tokens. */
export interface BoundRouteOptions {
  /**
   * The URL of the API, as callers know it: the option `dpop.publicUrl` of the resource server. Proofs for
   * routes that require bound tokens are for this URL.
   *
   * @defaultValue the origin of the audience of the tokens, which must then be an https URL
   */
  readonly publicUrl?: string | undefined;
  /**
   * The key of the caller, for routes that require bound tokens.
   *
   * @defaultValue `createProofKey()`
   */
  readonly proofKey?: ProofKey | undefined;
  /**
   * The names of the forged proofs that are sent to routes that require tokens bound to a key. A replay is
   * sent in any case.
   *
   * @defaultValue all of `proofForgeries`
   */
  readonly proofForgeries?: readonly ProofForgeryName[] | undefined;
  /**
   * The client certificate that the application sees on every request, such as in a field of `headers` that
   * it reads: an object with its thumbprint.
   *
   * @defaultValue none: routes that require a certificate are attacked by callers without one, so their
   *   scopes are not reached
   */
  readonly certificate?: BoundCertificate | undefined;
}

/** The issuer and the tokens of the attacks. */
interface TokenOptions {
  readonly issuer: { readonly bearer: Bearer };
  readonly token?: TokenOverrides | undefined;
}

/**
 * Checks the options and adds the defaults.
 *
 * @throws TypeError An option is invalid, or `publicUrl` is required because a route requires bound tokens.
 */
export function resolvePossession(
  options: BoundRouteOptions & TokenOptions,
  routes: readonly AttackedRoute[],
): Possession {
  const { publicUrl, proofKey = defaultKey(), certificate } = options;
  const { proofForgeries = allProofForgeries.map(({ name }) => name) } = options;
  assertForgeryNames('proofForgeries', proofForgeries, allProofForgeries);
  if (!isPlainObject(proofKey) || typeof proofKey.headers !== 'function') {
    throw invalidOption('proofKey', 'must be a key of createProofKey()');
  }
  if (certificate !== undefined && !isCertificate(certificate)) {
    throw invalidOption('certificate', 'must be an object with the thumbprint of a certificate');
  }
  const isBound = routes.some(({ senderConstraints = [] }) => senderConstraints.length > 0);
  const url = publicUrl ?? (isBound ? audienceOrigin(options) : 'https://api.example.com');
  assertUrl(url);
  return { key: proofKey, publicUrl: url.replace(/\/$/, ''), certificate, proofForgeries };
}

const defaultKey = lazily(() => createProofKey());

/** Returns the origin of the audience of the tokens, as resource servers do by default. */
function audienceOrigin({ issuer, token }: TokenOptions): string {
  const { payload } = splitSegments(issuer.bearer({ ...token, format: 'jwt' }).authorization);
  const urls = [decodeJson(payload)['aud']].flat().filter(isHttpsUrl);
  const [first] = urls;
  if (first !== undefined) return new URL(first).origin;
  throw invalidOption(
    'publicUrl',
    'is required, because a route requires bound tokens and their audience is not an https URL',
  );
}

function assertUrl(url: unknown): void {
  if (typeof url === 'string' && /^https?:\/\/[^?#]+$/.test(url) && URL.canParse(url)) return;
  throw invalidOption('publicUrl', 'must be an absolute URL without query and fragment');
}

function isHttpsUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https:/i.test(value) && URL.canParse(value);
}

function isCertificate(value: unknown): boolean {
  if (!isPlainObject(value) || value['publicJwk'] !== undefined) return false;
  return typeof value['thumbprint'] === 'string';
}

/**
 * Checks a list of names of forgeries.
 *
 * @throws TypeError A name is unknown.
 */
export function assertForgeryNames(
  option: string,
  names: readonly string[],
  forgeries: readonly { readonly name: string }[],
): void {
  const known = forgeries.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw invalidOption(
      option,
      `must list known forgeries, not "${name}"${didYouMean(name, known)}`,
    );
  }
}
