/**
 * Options of one issuer, checked at start-up and completed with defaults.
 *
 * @module
 */
import { didYouMean, givenType, invalidOption } from '@scopegate/protocol/internal';
import type { AudienceClaim } from '../claims/audience.js';
import type { ConfirmationPolicy } from '../claims/confirmation.js';
import { createScopePolicy, type ScopePolicy } from '../claims/scopes.js';
import type { TypPolicy } from '../claims/token-kind.js';
import {
  type IntrospectionPolicy,
  resolveIntrospection,
} from '../introspection/resolve-introspection.js';
import { type DecryptionPolicy, resolveDecryption } from '../jwe/resolve-decryption.js';
import { type Algorithm, PUBLIC_KEY_ALGORITHMS, SECRET_ALGORITHMS } from '../jws/signature.js';
import { givenTypeUnlessString, type OptionContext } from '../option-context.js';
import { DEFAULTS } from './options.js';
import { resolveIdentifier } from './resolve-identifier.js';
import { readSecret, type ResolvedKeys, resolveKeys } from './resolve-keys.js';

/** Options of one issuer, complete. */
export interface ResolvedIssuer extends ConfirmationPolicy {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly audienceClaim: AudienceClaim;
  readonly algorithms: readonly Algorithm[];
  readonly typ: TypPolicy;
  readonly scopeClaims: readonly string[];
  /** Prepared from `scopeClaims` and `typ`. */
  readonly scopePolicy: ScopePolicy;
  readonly keys: ResolvedKeys;
  /** `undefined` when encrypted tokens are refused. */
  readonly decryption: DecryptionPolicy | undefined;
  /** `undefined` when the authorization server is never asked about tokens. */
  readonly introspection: IntrospectionPolicy | undefined;
}

type Options = Readonly<Record<string, unknown>>;

/**
 * Checks the options of one issuer and completes them.
 *
 * @throws TypeError An option is missing or out of range.
 */
export function resolveIssuer(options: Options, context: OptionContext): ResolvedIssuer {
  const { path } = context;
  // Checked first, because a public key as the secret is the most dangerous mistake.
  if (options['secret'] !== undefined) readSecret(options['secret'], `${path}secret`);
  const issuer = resolveIdentifier(options, context);
  const algorithms = resolveAlgorithms(options, context);
  const typ = resolveTyp(options, context);
  const scopeClaims = resolveScopeClaims(options['scopeClaims'], context);
  return Object.freeze({
    issuer,
    audience: resolveAudience(options['audience'], context),
    audienceClaim: resolveAudienceClaim(options['audienceClaim'], context),
    algorithms,
    typ,
    scopeClaims,
    scopePolicy: createScopePolicy(scopeClaims, typ),
    ignoresSenderConstraint: resolveSenderConstraint(options, context),
    keys: resolveKeys(options, algorithms, context),
    decryption: resolveDecryption(options['decryption'], context),
    introspection: resolveIntrospection(options, context),
  });
}

function resolveAudience(value: unknown, { path }: OptionContext): readonly string[] {
  const name = `${path}audience`;
  if (value !== undefined) return resolveStrings(value, name);
  throw invalidOption(name, 'is missing; it must be the "aud" that tokens for this API have');
}

function resolveScopeClaims(value: unknown, { path }: OptionContext): readonly string[] {
  return value === undefined ? DEFAULTS.scopeClaims : resolveStrings(value, `${path}scopeClaims`);
}

function resolveStrings(value: unknown, name: string): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const isNonEmptyString = (item: unknown): item is string =>
    typeof item === 'string' && item !== '';
  if (list.length > 0 && list.every(isNonEmptyString)) return Object.freeze([...list]);
  const given = list.length > 0 && Array.isArray(value) ? '' : givenTypeUnlessString(value);
  throw invalidOption(name, `must be a non-empty string or an array of non-empty strings${given}`);
}

function resolveAlgorithms(options: Options, { path }: OptionContext): readonly Algorithm[] {
  const { algorithms: given, secret } = options;
  const isSecret = secret !== undefined;
  const allowed: readonly Algorithm[] = isSecret ? SECRET_ALGORITHMS : PUBLIC_KEY_ALGORITHMS;
  if (given === undefined) return isSecret ? DEFAULTS.secretAlgorithms : DEFAULTS.algorithms;
  const name = `${path}algorithms`;
  if (!Array.isArray(given) || given.length === 0) {
    throw invalidOption(
      name,
      `must be a non-empty array of ${allowed.join(', ')}${givenType(given)}`,
    );
  }
  const chosen = given.map((alg: unknown) => {
    const found = allowed.find((candidate) => candidate === alg);
    if (found !== undefined) return found;
    const hint = algorithmHint(alg, allowed);
    throw invalidOption(name, `must contain only ${allowed.join(', ')}${hint}`);
  });
  return Object.freeze([...new Set(chosen)]);
}

function algorithmHint(alg: unknown, allowed: readonly Algorithm[]): string {
  if (typeof alg !== 'string') return '';
  const needsSecret = SECRET_ALGORITHMS.some((candidate) => candidate === alg);
  return needsSecret ? `; ${alg} requires the option "secret"` : didYouMean(alg, allowed);
}

function resolveAudienceClaim(value: unknown, { path }: OptionContext): AudienceClaim {
  if (value === undefined) return DEFAULTS.audienceClaim;
  if (value === 'aud' || value === 'client_id') return value;
  throw invalidOption(`${path}audienceClaim`, 'must be "aud" or "client_id"');
}

/** Tokens that are signed with a shared secret rarely have a claim for a client or a scope. */
function resolveTyp({ typ, secret }: Options, { path }: OptionContext): TypPolicy {
  if (typ === undefined) return secret === undefined ? DEFAULTS.typ : DEFAULTS.secretTyp;
  if (typ === 'auto' || typ === 'at+jwt' || typ === 'jwt') return typ;
  throw invalidOption(`${path}typ`, 'must be "auto", "at+jwt" or "jwt"');
}

function resolveSenderConstraint(options: Options, { path }: OptionContext): boolean {
  const { dangerouslyIgnoreSenderConstraint: isIgnored = false } = options;
  if (typeof isIgnored === 'boolean') return isIgnored;
  throw invalidOption(`${path}dangerouslyIgnoreSenderConstraint`, 'must be true or false');
}
