/**
 * The options of a verifier from the options of the command.
 *
 * @module
 */
import type { AccessTokenVerifierOptions } from '@scopegate/access-token';
import { CommandError } from '../command-error.js';
import { omitUndefined } from '../option-parsers.js';
import { createPreset, type PresetChoice } from './preset-options.js';

/** The options of the command that are options of a verifier. */
export interface TrustInput {
  /** The trusted issuers. */
  readonly issuer?: readonly string[] | undefined;
  /** The audiences that the API accepts. */
  readonly audience?: readonly string[] | undefined;
  /** The presets, each with its options. */
  readonly preset?: readonly PresetChoice[] | undefined;
  /** The claim that names the audience. */
  readonly audienceClaim?: string | undefined;
  /** The claims that contain scopes. */
  readonly scopeClaims?: readonly string[] | undefined;
  /** The accepted signature algorithms. */
  readonly algorithms?: readonly string[] | undefined;
  /** The `typ` values to accept. */
  readonly typ?: string | undefined;
  /** The URL of the key set; skips discovery. */
  readonly jwksUri?: string | undefined;
  /** The keys that decrypt tokens, as JWKs or key objects. */
  readonly decryptionKeys?: readonly object[] | undefined;
  /** How far clocks may differ, in seconds. */
  readonly clockTolerance?: number | undefined;
  /** Whether http is accepted for hosts other than this machine. */
  readonly dangerouslyAllowHttp?: boolean | undefined;
}

/** The options of a verifier. Only the verifier checks their values. */
export type Trust = AccessTokenVerifierOptions;

/**
 * Creates the options of a verifier.
 *
 * @returns `undefined` when the command has none of these options.
 * @throws CommandError Options are missing, or exclude each other.
 * @throws TypeError A preset, or an option of it, is unknown or out of range.
 */
export function createTrust(input: TrustInput): Trust | undefined {
  const { issuer = [], preset = [], clockTolerance, dangerouslyAllowHttp } = input;
  const common = omitUndefined({ clockToleranceSeconds: clockTolerance, dangerouslyAllowHttp });
  if (preset.length > 0) {
    if (issuer.length > 0) throw new CommandError('--preset cannot be combined with --issuer');
    return asTrust({ ...createPresets(preset, input), ...common });
  }
  const trusted = {
    ...omitUndefined({ audience: input.audience }),
    ...readPolicy(input),
    ...common,
  };
  if (issuer.length === 0 && Object.keys(trusted).length === 0) return undefined;
  if (issuer.length > 0 && input.audience !== undefined) {
    return asTrust({ ...createIssuers(issuer, input), ...trusted });
  }
  const missing = issuer.length === 0 ? '--issuer' : '--audience';
  throw new CommandError(
    `${missing} is required; pass --issuer and --audience, or --preset, or --app without these options`,
  );
}

type Options = Readonly<Record<string, unknown>>;

/** The options of each issuer, which replace those of a preset. */
function readPolicy(input: TrustInput): Options {
  const { audienceClaim, scopeClaims, algorithms, typ, jwksUri, decryptionKeys: keys } = input;
  const decryption = keys && { keys };
  return omitUndefined({ audienceClaim, scopeClaims, algorithms, typ, jwksUri, decryption });
}

function createPresets(presets: readonly PresetChoice[], input: TrustInput): Options {
  const policy = readPolicy(input);
  const created = presets.map((each) => ({ ...createPreset(each, input.audience), ...policy }));
  const [first = {}, ...others] = created;
  return others.length === 0 ? first : { issuers: created };
}

function createIssuers(issuers: readonly string[], { jwksUri }: TrustInput): Options {
  const [issuer, ...others] = issuers;
  if (others.length === 0) return { issuer };
  if (jwksUri !== undefined) throw new CommandError('--jwks-uri requires a single --issuer');
  return { issuers: issuers.map((each) => ({ issuer: each })) };
}

/** The verifier checks every option, whatever its type. */
function asTrust(options: Options): Trust {
  return options as unknown as Trust;
}
