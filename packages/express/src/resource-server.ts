/**
 * A resource server: one configuration, one key set, one token cache, and the guards that share them.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessTokenClaims } from '@scopegate/access-token';
import { optionalFunction } from '@scopegate/protocol/internal';
import type { MetadataOptions, Refusal } from '@scopegate/resource-server';
import {
  assembleResourceServer,
  assertCalledBare,
  createUpgradeGuards,
  type NeutralMembers,
  type UpgradeGuards,
  withReporter,
} from '@scopegate/resource-server/internal';
import {
  type AuditOptions,
  auditRoutes,
  type RouteAudit,
  type RoutedApplication,
} from './audit/route-audit.js';
import { createGuard, type Guard, type GuardResponses } from './guard/guard.js';
import { createMetadataEndpoint } from './metadata/metadata-endpoint.js';
import { OPTION_NAMES, type ResourceServerOptions } from './options.js';
import { createRefusalErrorHandler } from './refusal/refusal-error-handler.js';
import { handOver } from './refusal/refusal-handover.js';
import { prepareRefusal, type RefusalHandler, sendRefusal } from './refusal/refusal-response.js';
import { listFindings } from './report/audit-findings.js';
import { formatAudit } from './report/audit-format.js';
import { ExpressRequests } from './request/express-requests.js';
import { RouteFinder } from './route-finder.js';
import type { ErrorMiddleware, Exchange, Middleware } from './request/middleware.js';

/**
 * The guards for the routes of one protected resource.
 *
 * A `ResourceServer` with typed scopes or claims is assignable to a plain `ResourceServer`.
 */
export interface ResourceServer<Scope extends string = string, Claims = unknown>
  extends NeutralMembers<Guard, Scope, Claims, IncomingMessage>, UpgradeGuards<Scope, Claims> {
  /**
   * Creates an error handler for refusals that handlers and middleware throw. It handles them as a
   * guard does: it calls `onRefusal` and publishes a decision event. It passes every other error on.
   *
   * Mount it after the routes. Without it Express answers such refusals with the right status and
   * headers and its own body. Mount only one in an application: the first one answers the refusals of
   * all resource servers, in its own protection space.
   *
   * @throws TypeError It has arguments: it was mounted without being called.
   * @example
   * app.use(api.errorHandler());
   */
  errorHandler(...none: never[]): ErrorMiddleware;
  /**
   * Creates middleware that serves `/.well-known/oauth-protected-resource`, and names this document in
   * every challenge. Mount it at the root of the application. It also answers CORS preflights for the
   * document.
   *
   * @throws TypeError The resource identifier is missing, or an option is unknown or out of range.
   * @see RFC 9728 §3, §5.1
   * @example
   * app.use(api.metadata({ resource_name: 'Sales Analytics API' }));
   * @example
   * // A client that requests all of `scopes_supported` must not get `write:analytics`.
   * app.use(api.metadata({ scopes_supported: ['read:analytics'] }));
   */
  metadata(options?: MetadataOptions<Scope>): Middleware;
  /**
   * Audits the routes of an application against the scopes of this resource server.
   *
   * @throws TypeError See {@link auditRoutes}.
   * @example
   * process.stdout.write(formatAudit(api.auditRoutes(app), 'table'));
   */
  auditRoutes(application: RoutedApplication, options?: AuditOptions): RouteAudit;
}

/**
 * Creates a resource server. Nothing is fetched before the first token, or before `ready()`.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const api = createResourceServer({ issuer, audience, scopes: ['read:analytics'] });
 * app.get('/v1/sales/analytics', api.requireScope('read:analytics'), handler);
 */
export function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
>(options: ResourceServerOptions<Scope, Claims>): ResourceServer<Scope, Claims> {
  const requests = new ExpressRequests();
  const routes = new RouteFinder();
  const { members, front } = assembleResourceServer<IncomingMessage, Claims, Guard>(options, {
    adapter: { ...requests.adapter, route: (req, guard) => routes.find(req, guard) },
    optionNames: OPTION_NAMES,
    createGuard: (name, decision, report) => createGuard(name, { decision, report }, responses),
  });
  const refuse = createRefuse(optionalFunction(front.options, 'onRefusal'));
  const responses: GuardResponses = {
    explainer: members,
    add: (req: IncomingMessage, res: ServerResponse) => {
      requests.add(req, res);
    },
    prepare: (req: IncomingMessage, res: ServerResponse) => {
      if (!res.headersSent) front.setResponseFields(req, res);
    },
    refuse,
  };
  const scopes = front.policy.vocabulary;
  return Object.freeze({
    ...members,
    ...createUpgradeGuards(front.context, front.policy),
    errorHandler: (...none: never[]) => {
      assertCalledBare('errorHandler', none);
      return createRefusalErrorHandler(front, refuse);
    },
    metadata: (metadataOptions?: MetadataOptions) =>
      createMetadataEndpoint(front.publishMetadata(metadataOptions)),
    auditRoutes: (application: RoutedApplication, auditOptions: AuditOptions = {}) =>
      withReporter(auditRoutes(application, { scopes, ...auditOptions }), (audit) => ({
        findings: () => listFindings(audit),
        markdown: () => formatAudit(audit, 'markdown'),
      })),
  });
}

/** Creates the function that answers refusals. */
function createRefuse(
  onRefusal: RefusalHandler | undefined,
): (refusal: Refusal, exchange: Exchange) => void {
  if (onRefusal === undefined) {
    return (refusal, { res }) => {
      sendRefusal(refusal, res);
    };
  }
  return (refusal, exchange) => {
    prepareRefusal(refusal, exchange.res);
    handOver(onRefusal, refusal, exchange);
  };
}
