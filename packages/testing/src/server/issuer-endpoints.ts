/**
 * The documents and endpoints of an issuer, without sockets and faults.
 *
 * @module
 */
import type { AnyFault } from '../fault.js';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './http-answer.js';
import { SIGNING_ALGORITHMS } from '../tokens/signing-keys.js';

/** One endpoint. */
export interface Endpoint {
  readonly path: string;
  readonly methods: readonly string[];
  /** @param fault - The current fault, for endpoints that apply some faults themselves. */
  readonly answer: (
    request: HttpRequest,
    fault: AnyFault | undefined,
  ) => HttpAnswer | Promise<HttpAnswer>;
}

/** The names of an issuer's endpoints. */
export type EndpointName =
  'oauthMetadata' | 'openid' | 'jwks' | 'token' | 'introspection' | 'forgedJwks';

/** The URLs of an issuer. */
export interface IssuerAddress {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenEndpoint: string;
  readonly introspectionEndpoint: string;
  /** The URL of the attacker's JWKS, which a forged `jku` names. */
  readonly forgedJwksUri: string;
}

/** Where an issuer is. */
export interface IssuerPlace {
  readonly origin: string;
  /** The path of the issuer identifier. */
  readonly path: string;
  /** The URL of the JWKS, unless it is the default. */
  readonly jwksUri?: string | undefined;
}

/** Builds the URLs of an issuer. */
export function issuerAddress({ origin, path, jwksUri }: IssuerPlace): IssuerAddress {
  const paths = issuerPaths(path);
  return {
    issuer: `${origin}${path}`,
    jwksUri: jwksUri ?? `${origin}${paths.jwks}`,
    tokenEndpoint: `${origin}${paths.token}`,
    introspectionEndpoint: `${origin}${paths.introspection}`,
    forgedJwksUri: `${origin}${paths.forgedJwks}`,
  };
}

/** What the endpoints serve. */
export interface IssuerContent {
  readonly address: IssuerAddress;
  /** The path of the issuer identifier. */
  readonly path: string;
  readonly jwks: () => unknown;
  readonly forgedJwks: () => unknown;
  readonly token: Endpoint['answer'];
  readonly introspection: Endpoint['answer'];
}

/** Creates every endpoint of an issuer. */
export function createEndpoints(content: IssuerContent): Readonly<Record<EndpointName, Endpoint>> {
  const paths = issuerPaths(content.path);
  const jwksPath = requestPath(new URL(content.address.jwksUri), new URL(content.address.issuer));
  return {
    oauthMetadata: documentEndpoint(paths.oauthMetadata, () => metadataDocument(content.address)),
    openid: documentEndpoint(paths.openid, () => openidDocument(content.address)),
    jwks: documentEndpoint(jwksPath, content.jwks),
    forgedJwks: documentEndpoint(paths.forgedJwks, content.forgedJwks),
    token: { path: paths.token, methods: ['POST'], answer: content.token },
    introspection: {
      path: paths.introspection,
      methods: ['POST'],
      answer: content.introspection,
    },
  };
}

/**
 * Returns the path by which an endpoint is found: that of its URL or, on another origin than the issuer's,
 * the whole URL, which is not the path of any endpoint of the issuer.
 */
export function requestPath(
  { origin, pathname }: URL,
  issuer: { readonly origin: string },
): string {
  return origin === issuer.origin ? pathname : `${origin}${pathname}`;
}

// RFC 8414 §3.1: the well-known part comes first. OpenID Connect Discovery §4: it comes last.
function issuerPaths(issuerPath: string): Readonly<Record<EndpointName, string>> {
  const path = issuerPath.replace(/\/$/, '');
  return {
    oauthMetadata: `/.well-known/oauth-authorization-server${path}`,
    openid: `${path}/.well-known/openid-configuration`,
    jwks: `${path}/jwks`,
    token: `${path}/token`,
    introspection: `${path}/introspect`,
    forgedJwks: `${path}/forged-jwks`,
  };
}

function documentEndpoint(path: string, read: () => unknown): Endpoint {
  return { path, methods: ['GET', 'HEAD'], answer: async () => jsonAnswer(200, await read()) };
}

const CLIENT_AUTHENTICATION_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
];

// RFC 8414 §2
function metadataDocument(address: IssuerAddress): Readonly<Record<string, unknown>> {
  return {
    issuer: address.issuer,
    jwks_uri: address.jwksUri,
    token_endpoint: address.tokenEndpoint,
    // Required; empty because there is no authorization endpoint.
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION_METHODS,
    token_endpoint_auth_signing_alg_values_supported: SIGNING_ALGORITHMS,
    introspection_endpoint: address.introspectionEndpoint,
    introspection_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION_METHODS,
    introspection_endpoint_auth_signing_alg_values_supported: SIGNING_ALGORITHMS,
    // RFC 9701 §7
    introspection_signing_alg_values_supported: SIGNING_ALGORITHMS,
    // RFC 9449 §5.1
    dpop_signing_alg_values_supported: SIGNING_ALGORITHMS,
  };
}

// OpenID Connect Discovery §3
function openidDocument(address: IssuerAddress): Readonly<Record<string, unknown>> {
  return {
    ...metadataDocument(address),
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: SIGNING_ALGORITHMS,
  };
}
