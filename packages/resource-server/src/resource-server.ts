/**
 * A resource server for any HTTP server: one configuration, one key set, one token cache, and the guards
 * that share them.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { AccessTokenClaims } from '@scopegate/access-token';
import type { Guard } from './guard/guard.js';
import type { Report } from './guard/report-only.js';
import type { MetadataDocument } from './metadata/metadata-document.js';
import type { MetadataOptions } from './metadata/metadata-options.js';
import type { ResourceServerOptions } from './options.js';
import type { Refusal } from './refusal/refusal.js';
import { assertRequestAdapter } from './request/assert-request-adapter.js';
import { nodeRequestAdapter } from './request/node-request.js';
import type { RequestAdapter } from './request/request-adapter.js';
import { assembleResourceServer, type NeutralMembers } from './server/assembly.js';
import { createUpgradeGuards, type UpgradeGuards } from './server/upgrade-guards.js';

/**
 * The guards of one protected resource, independent of the framework.
 *
 * A `ResourceServer` with typed scopes or claims is assignable to a plain `ResourceServer`.
 *
 * @typeParam Request - What the guards check: Node's `IncomingMessage`, unless there is an adapter.
 */
export interface ResourceServer<
  Scope extends string = string,
  Claims = unknown,
  Request extends object = IncomingMessage,
>
  extends NeutralMembers<Guard<Request>, Scope, Claims, Request>, UpgradeGuards<Scope, Claims> {
  /**
   * Creates the metadata document, and names it in every challenge. Serve it at the root of the host.
   *
   * @throws TypeError The resource identifier is missing, or an option is unknown or out of range.
   * @see RFC 9728 §3, §5.1
   * @example
   * const metadata = api.metadata({ resource_name: 'Sales Analytics API' });
   * const found = metadata.respond(req.method, req.url);
   * if (found !== undefined) return res.writeHead(found.status, found.headers).end(found.body);
   */
  metadata(options?: MetadataOptions<Scope>): MetadataDocument;
  /**
   * Completes a refusal that a handler has thrown, such as that of {@link ResourceServer.assertAllowed}:
   * adds the protection space to the challenge and publishes the decision.
   *
   * @returns The same refusal, for {@link formatRefusal}.
   * @example
   * if (isRefusal(error)) return formatRefusal(api.reportRefusal(error, req));
   */
  reportRefusal(refusal: Refusal, request: Request): Refusal;
  /**
   * Returns the header fields that the response to a guarded request needs: `Vary`, which names
   * `Authorization`, and `DPoP` for a token that is bound to a key; `DPoP-Nonce` for a caller that needs a
   * new nonce; `Cache-Control` if the response must not be stored. Returns no fields when all guards of the
   * request only report.
   *
   * @see RFC 9110 §12.5.5; RFC 9449 §8.2; RFC 6750 §2.3
   * @example
   * res.writeHead(200, { ...api.responseHeaders(req), 'Content-Type': 'application/json' });
   */
  responseHeaders(request: Request): Readonly<Record<string, string>>;
}

/**
 * Creates a resource server that is independent of the framework. Nothing is fetched before the first
 * token, or before `ready()`.
 *
 * Its guards check requests of `node:http`.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const api = createResourceServer({ issuer, audience, scopes: ['read:analytics'] });
 * const readSales = api.requireScope('read:analytics');
 * const refusal = await readSales.check(req);
 */
export function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
>(options: ResourceServerOptions<Scope, Claims>): ResourceServer<Scope, Claims>;
/**
 * Creates a resource server for the requests of any framework. Nothing is fetched before the first
 * token, or before `ready()`.
 *
 * @param adapter - Reads the framework's requests.
 * @throws TypeError An option is missing, unknown or out of range, or the adapter lacks a method.
 * @example
 * const api = createResourceServer({ issuer, audience }, adapter);
 * const refusal = await api.requireAccessToken().check(message);
 */
export function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
  Request extends object = IncomingMessage,
>(
  options: ResourceServerOptions<Scope, Claims>,
  adapter: RequestAdapter<Request>,
): ResourceServer<Scope, Claims, Request>;
export function createResourceServer<Claims>(
  options: ResourceServerOptions<string, Claims>,
  adapter: RequestAdapter<IncomingMessage> = nodeRequestAdapter,
): ResourceServer<string, Claims> {
  assertRequestAdapter(adapter);
  const { members, front } = assembleResourceServer<
    IncomingMessage,
    Claims,
    Guard<IncomingMessage>
  >(options, {
    adapter,
    optionNames: [],
    createGuard: (_name, guard, report) => createNodeGuard(guard, report),
  });
  return Object.freeze({
    ...members,
    ...createUpgradeGuards(front.context, front.policy),
    metadata: (metadataOptions?: MetadataOptions) => front.publishMetadata(metadataOptions),
    reportRefusal: (refusal: Refusal, request: IncomingMessage) =>
      front.reportThrown(refusal, request),
    responseHeaders: (request: IncomingMessage) => {
      // A guard that only reports changes no response.
      if (front.context.verifiedRequests.find(request)?.isReported === true) return {};
      const fields: Record<string, string> = { Vary: 'Authorization' };
      front.setResponseFields(request, {
        getHeader: (name) => fields[name],
        setHeader: (name, value) => (fields[name] = String(value)),
      });
      return fields;
    },
  });
}

/** Lets a request pass that the guard only reports. */
function createNodeGuard(
  guard: Guard<IncomingMessage>,
  report: Report<IncomingMessage> | undefined,
): Guard<IncomingMessage> {
  if (report === undefined) return guard;
  const { policy, check } = guard;
  return Object.freeze({
    policy,
    check: (request: IncomingMessage) => (report(request) ? undefined : check(request)),
  });
}
