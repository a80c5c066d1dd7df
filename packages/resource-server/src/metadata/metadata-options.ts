/**
 * The options of the metadata document.
 *
 * @module
 */
import { isScopeToken } from '@scopegate/protocol';
import {
  assertKnownOptions,
  invalidOption,
  isConfidentialUrl,
  isStringArray,
  parseIssuer,
} from '@scopegate/protocol/internal';
import { isRequest } from '../policy/guard-arguments.js';
import { assertKnownScope } from '../policy/scope-policy.js';

/** Members of the document that the application chooses. RFC 9728 §2. */
export interface MetadataOptions<Scope extends string = string> {
  /**
   * The issuer identifiers of the authorization servers that clients may use: a subset of the issuers in
   * the options of the resource server. Where those are found at run time: any https URLs; http is
   * accepted for loopback hosts. A non-empty array.
   *
   * @defaultValue all issuers in the options that are URLs; none where they are found at run time
   */
  readonly authorization_servers?: readonly string[] | undefined;
  /**
   * The scopes that the document lists, each a scope-token (RFC 6749 §3.3): a subset of the option
   * `scopes` of the resource server, or any scopes where it declares none. Clients may request all of
   * them. An empty array omits the member.
   *
   * @defaultValue the option `scopes` of the resource server without `offline_access`, which is a scope of
   *   the authorization server
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

/**
 * The scope by which clients request a refresh token. Tokens may carry it, so an API may declare it for
 * `atMost`. No resource requires it, so none should publish it. OpenID Connect Core 1.0 §11.
 */
export const OFFLINE_ACCESS = 'offline_access';

/** Checked options. */
export interface ResolvedMetadata {
  readonly servers: readonly string[];
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
 * @param declared - The issuers of the resource server, none where they are found at run time, and its
 *   scopes; `undefined` when it declares none.
 * @throws TypeError An option is unknown or out of range.
 */
export function resolveMetadataOptions(
  options: unknown,
  declared: { readonly issuers: readonly string[]; readonly scopes: readonly string[] | undefined },
): ResolvedMetadata {
  if (isRequest(options)) {
    throw new TypeError('metadata() must be called; write app.use(api.metadata())');
  }
  assertKnownOptions('metadata()', options, [
    'authorization_servers',
    'scopes_supported',
    ...MEMBERS,
  ]);
  return {
    servers: resolveServers(options['authorization_servers'], declared.issuers),
    scopes: resolveScopes(options['scopes_supported'], declared.scopes),
    members: Object.fromEntries(MEMBERS.map((name) => [name, checkedMember(options, name)])),
  };
}

function resolveServers(value: unknown, issuers: readonly string[]): readonly string[] {
  const published = issuers.filter((issuer) => findIssuerUrl(issuer) !== undefined);
  if (value === undefined) return published;
  if (!isStringArray(value) || value.length === 0) {
    throw invalidOption('authorization_servers', 'must be a non-empty array of https URLs');
  }
  if (issuers.length === 0 && !value.every(isConfidentialIssuer)) {
    throw invalidOption('authorization_servers', 'must contain only https URLs');
  }
  // Clients would request tokens that are refused.
  if (issuers.length > 0 && !value.every((server) => published.includes(server))) {
    throw invalidOption(
      'authorization_servers',
      'must contain only issuers that the resource server trusts',
    );
  }
  return [...new Set(value)];
}

function isConfidentialIssuer(issuer: string): boolean {
  const url = findIssuerUrl(issuer);
  return url !== undefined && isConfidentialUrl(url);
}

/** RFC 9728 §2: an issuer identifier of RFC 8414. An issuer whose keys are configured may be a name. */
function findIssuerUrl(issuer: string): URL | undefined {
  const url = parseIssuer(issuer);
  return /^https?:$/.test(url?.protocol ?? '') ? url : undefined;
}

function resolveScopes(
  value: unknown,
  vocabulary: readonly string[] | undefined,
): readonly string[] | undefined {
  if (value === undefined) return vocabulary?.filter((scope) => scope !== OFFLINE_ACCESS);
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
