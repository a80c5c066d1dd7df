/**
 * The options of the metadata document.
 *
 * @module
 */
import { isScopeToken } from '@scopegate/protocol';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import { isRequest } from '../policy/guard-arguments.js';
import { assertKnownScope } from '../policy/scope-policy.js';

/** Members of the document that the application chooses. RFC 9728 §2. */
export interface MetadataOptions<Scope extends string = string> {
  /**
   * The scopes that the document lists, each a scope-token (RFC 6749 §3.3): a subset of the option
   * `scopes` of the resource server, or any scopes where it declares none. Clients may request all of
   * them. An empty array omits the member.
   *
   * @defaultValue the option `scopes` of the resource server
   */
  readonly scopes_supported?: readonly Scope[] | undefined;
  /**
   * The name of the resource for users; a non-empty string.
   *
   * @defaultValue none
   */
  readonly resource_name?: string | undefined;
  /**
   * The https URL of its documentation for developers.
   *
   * @defaultValue none
   */
  readonly resource_documentation?: string | undefined;
  /**
   * The https URL of its policy on the use of its data.
   *
   * @defaultValue none
   */
  readonly resource_policy_uri?: string | undefined;
  /**
   * The https URL of its terms of service.
   *
   * @defaultValue none
   */
  readonly resource_tos_uri?: string | undefined;
}

/** Checked options. */
export interface ResolvedMetadata {
  readonly scopes: readonly string[] | undefined;
  /** The human-readable members, by name. */
  readonly members: Readonly<Record<string, string | undefined>>;
}

const MEMBERS = [
  'resource_name',
  'resource_documentation',
  'resource_policy_uri',
  'resource_tos_uri',
];

/**
 * Checks the options of the document and adds the defaults.
 *
 * @param vocabulary - The scopes that the resource server declares; `undefined` when it declares none.
 * @throws TypeError An option is unknown or out of range.
 */
export function resolveMetadataOptions(
  options: unknown,
  vocabulary: readonly string[] | undefined,
): ResolvedMetadata {
  if (isRequest(options)) {
    throw new TypeError('metadata() must be called; write app.use(api.metadata())');
  }
  assertKnownOptions('metadata()', options, ['scopes_supported', ...MEMBERS]);
  return {
    scopes: resolveScopes(options['scopes_supported'], vocabulary),
    members: Object.fromEntries(MEMBERS.map((name) => [name, checkedMember(options, name)])),
  };
}

function resolveScopes(
  value: unknown,
  vocabulary: readonly string[] | undefined,
): readonly string[] | undefined {
  if (value === undefined) return vocabulary;
  if (!Array.isArray(value) || !value.every(isScopeToken)) {
    throw invalidOption('scopes_supported', 'must be an array of scope-tokens (RFC 6749 §3.3)');
  }
  for (const scope of value) assertKnownScope(scope, vocabulary);
  return [...new Set(value)];
}

function checkedMember(
  options: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '')
    throw invalidOption(name, 'must be a non-empty string');
  if (name === 'resource_name') return value;
  if (!URL.canParse(value) || new URL(value).protocol !== 'https:') {
    throw invalidOption(name, 'must be an https URL');
  }
  return value;
}
