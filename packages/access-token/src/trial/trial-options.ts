/**
 * Stricter options for tokens, on trial.
 *
 * @module
 */
import { invalidOption, isStringArray, optionalNumber } from '@scopegate/protocol/internal';
import type { TypPolicy } from '../claims/token-kind.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import { type Algorithm, PUBLIC_KEY_ALGORITHMS, SECRET_ALGORITHMS } from '../jws/signature.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';

/** Stricter options for tokens, which are checked beside the enforced ones. */
export interface TokenTrialOptions {
  /**
   * Which JWTs would count as access tokens; not wider than the option `typ` of any issuer.
   *
   * @defaultValue no trial
   */
  readonly typ?: TypPolicy | undefined;
  /**
   * The signature algorithms that would be accepted; each must be accepted now.
   *
   * @defaultValue no trial
   */
  readonly algorithms?: readonly Algorithm[] | undefined;
  /**
   * The longest lifetime that would be accepted, from `iat` to `exp`, in seconds; at least 1, and at most the
   * option `maxLifetimeSeconds`.
   *
   * @defaultValue no trial
   */
  readonly maxLifetimeSeconds?: number | undefined;
  /**
   * The audiences that would be accepted; each must be accepted now.
   *
   * @defaultValue no trial
   */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * The issuers that would be accepted; each must be accepted now.
   *
   * @defaultValue no trial
   */
  readonly issuers?: readonly string[] | undefined;
}

/** The names of {@link TokenTrialOptions}. */
export const TOKEN_TRIAL_OPTIONS: readonly string[] = Object.freeze([
  'typ',
  'algorithms',
  'maxLifetimeSeconds',
  'audience',
  'issuers',
]);

/** Checked options; `undefined` where nothing is on trial. */
export interface ResolvedTokenTrial {
  readonly typ: TypPolicy | undefined;
  readonly algorithms: readonly string[] | undefined;
  readonly maxLifetimeSeconds: number | undefined;
  readonly audience: readonly string[] | undefined;
  readonly issuers: readonly string[] | undefined;
}

/** The enforced options, which a trial may only narrow. */
export interface EnforcedOptions {
  readonly issuers: Pick<TrustedIssuers, 'isComplete' | 'list'>;
  /** `Infinity` for no limit. */
  readonly maxLifetimeSeconds: number;
}

/** From the widest to the narrowest. */
const TYPES: readonly TypPolicy[] = ['jwt', 'auto', 'at+jwt'];

type Options = Readonly<Record<string, unknown>>;

/**
 * Checks the options of a trial. Nothing is known about issuers that are found at run time, so a trial of their
 * tokens is only checked for its shape.
 *
 * @throws TypeError An option is out of range, or accepts what is refused now.
 */
export function resolveTokenTrial(
  options: Options,
  { issuers, maxLifetimeSeconds }: EnforcedOptions,
): ResolvedTokenTrial {
  const listed = issuers.isComplete ? issuers.list() : undefined;
  const allOf = (list: (issuer: ResolvedIssuer) => readonly string[]): Accepted =>
    listed && [...new Set(listed.flatMap(list))];
  const algorithms = allOf((issuer) => issuer.algorithms) ?? [
    ...PUBLIC_KEY_ALGORITHMS,
    ...SECRET_ALGORITHMS,
  ];
  const { audience } = options;
  const audiences = typeof audience === 'string' ? [audience] : audience;
  return Object.freeze({
    typ: resolveTyp(options['typ'], listed),
    algorithms: readSubset('algorithms', options['algorithms'], algorithms),
    maxLifetimeSeconds: optionalNumber(options, 'maxLifetimeSeconds', {
      path: 'trial.',
      min: 1,
      max: maxLifetimeSeconds,
    }),
    audience: readSubset(
      'audience',
      audiences,
      allOf((issuer) => issuer.audience),
    ),
    issuers: readSubset(
      'issuers',
      options['issuers'],
      allOf(({ issuer }) => [issuer]),
    ),
  });
}

/** What is accepted now; `undefined` when that is not known. */
type Accepted = readonly string[] | undefined;

function readSubset(
  name: string,
  value: unknown,
  accepted: Accepted,
): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const label = `trial.${name}`;
  if (!isStringArray(value) || value.length === 0 || value.includes('')) {
    const alternative = name === 'audience' ? 'a non-empty string or ' : '';
    throw invalidOption(
      label,
      `must be ${alternative}a non-empty array of strings; otherwise omit it`,
    );
  }
  const wider = value.find((item) => accepted?.includes(item) === false);
  if (wider === undefined) return Object.freeze([...new Set(value)]);
  throw invalidOption(
    label,
    `must contain only what is accepted now, because a trial can only be stricter; remove "${wider}"`,
  );
}

function resolveTyp(
  value: unknown,
  issuers: readonly ResolvedIssuer[] | undefined,
): TypPolicy | undefined {
  if (value === undefined) return undefined;
  const typ = TYPES.find((known) => known === value);
  if (typ === undefined) throw invalidOption('trial.typ', 'must be "auto", "at+jwt" or "jwt"');
  const stricter = issuers?.find((issuer) => TYPES.indexOf(issuer.typ) > TYPES.indexOf(typ));
  if (stricter === undefined) return typ;
  throw invalidOption(
    'trial.typ',
    `must not be wider than "${stricter.typ}", which is enforced; a trial can only be stricter`,
  );
}
