/**
 * Serves protected resource metadata: what a client must know before it requests a token.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  assertKnownOptions,
  invalidOption,
  isConfidentialUrl,
  isStringArray,
  parseIssuer,
} from '@scopegate/protocol/internal';
import type { CredentialLocation } from '../request/credentials.js';
import { isRequest } from '../policy/guard-arguments.js';
import type { Middleware } from '../request/middleware.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** The scheme and authority of a request-target in absolute-form. RFC 9112 §3.2.2. */
const ABSOLUTE_FORM = /^https?:\/\/[^/?#]*/i;

/** Members of the document that the application chooses. RFC 9728 §2. */
export interface MetadataOptions {
  /**
   * The issuer identifiers of the authorization servers that clients may use, each an https URL; http is
   * accepted for loopback hosts. A subset of the issuers in the options of the resource server, or any
   * where they are found at run time. A non-empty array.
   *
   * @defaultValue all issuers in the options; none where they are found at run time
   */
  readonly authorization_servers?: readonly string[] | undefined;
  /** The name of the resource for users; a non-empty string. */
  readonly resource_name?: string | undefined;
  /** The https URL of its documentation for developers. */
  readonly resource_documentation?: string | undefined;
  /** The https URL of its policy on the use of its data. */
  readonly resource_policy_uri?: string | undefined;
  /** The https URL of its terms of service. */
  readonly resource_tos_uri?: string | undefined;
}

const OPTION_NAMES = [
  'resource_name',
  'resource_documentation',
  'resource_policy_uri',
  'resource_tos_uri',
];

/** What the document says about the resource server. */
export interface MetadataFacts {
  /** The resource identifier, as configured. */
  readonly resource: string;
  readonly issuers: readonly string[];
  readonly scopes: readonly string[] | undefined;
  readonly credentials: readonly CredentialLocation[];
}

/**
 * Returns the URL of a resource's metadata document.
 *
 * @see RFC 9728 §3.1: the well-known path goes between host and path; a slash directly after the
 *   host is removed
 */
export function metadataUrl(resource: string): URL {
  const { origin, pathname, search } = new URL(resource);
  return new URL(`${WELL_KNOWN}${pathname === '/' ? '' : pathname}${search}`, origin);
}

/**
 * Creates the middleware that serves the document at the root of the application.
 *
 * @throws TypeError An option is unknown or out of range.
 * @see RFC 9728 §2, §3
 */
export function createMetadataEndpoint(facts: MetadataFacts, options: MetadataOptions): Middleware {
  if (isRequest(options)) {
    throw new TypeError('metadata() must be called; write app.use(api.metadata())');
  }
  assertKnownOptions('metadata()', options, ['authorization_servers', ...OPTION_NAMES]);
  const document = JSON.stringify(createDocument(facts, options));
  const { pathname, search } = metadataUrl(facts.resource);
  return function protectedResourceMetadata(req, res, next) {
    if (isRequested(req, pathname, search)) sendDocument(req, res, document);
    else next();
  };
}

function createDocument(facts: MetadataFacts, options: MetadataOptions): object {
  const { resource, issuers, scopes, credentials } = facts;
  return {
    resource,
    authorization_servers: resolveServers(options.authorization_servers, issuers),
    // RFC 9728 §3.2: parameters with zero values are omitted.
    scopes_supported: scopes?.length === 0 ? undefined : scopes,
    bearer_methods_supported: credentials,
    ...Object.fromEntries(
      OPTION_NAMES.map((name) => [name, checkedMember(options as Members, name)]),
    ),
  };
}

/** RFC 9728 §3.2: a parameter with zero values is omitted. */
function resolveServers(value: unknown, issuers: readonly string[]): readonly string[] | undefined {
  const servers = issuers.filter((issuer) => findIssuerUrl(issuer) !== undefined);
  if (value === undefined) return servers.length === 0 ? undefined : servers;
  if (!isStringArray(value) || value.length === 0) {
    throw invalidOption('authorization_servers', 'must be a non-empty array of https URLs');
  }
  if (issuers.length === 0 && !value.every(isConfidentialIssuer)) {
    throw invalidOption('authorization_servers', 'must contain only https URLs');
  }
  // Clients would request tokens that are refused.
  if (issuers.length === 0 || value.every((server) => servers.includes(server))) {
    return [...new Set(value)];
  }
  throw invalidOption(
    'authorization_servers',
    'must contain only issuers that the resource server trusts',
  );
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

type Members = Readonly<Record<string, unknown>>;

function checkedMember(options: Members, name: string): string | undefined {
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

/** Whether a request is for the document; its path is relative to the host, not to the mount path. */
function isRequested(req: IncomingMessage, pathname: string, search: string): boolean {
  const url = (req as IncomingMessage & { readonly originalUrl?: string }).originalUrl ?? req.url;
  const [path, query = ''] = splitOnce((url ?? '').replace(ABSOLUTE_FORM, ''), '?');
  return path === pathname && (search === '' || `?${query}` === search);
}

function splitOnce(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function sendDocument({ method }: IncomingMessage, res: ServerResponse, document: string): void {
  // The document is public: scripts from any origin may read it.
  res.setHeader('Access-Control-Allow-Origin', '*');
  if (method !== 'GET' && method !== 'HEAD') {
    res.statusCode = 405;
    res.setHeader('Allow', 'GET, HEAD');
    res.end();
    return;
  }
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Cache-Control', 'public, max-age=3600');
  res.setHeader('Content-Length', Buffer.byteLength(document));
  res.end(document);
}
