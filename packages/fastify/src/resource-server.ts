/**
 * A resource server: one configuration, one key set, one token cache, and the guards that share them.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessTokenClaims } from '@scopegate/access-token';
import { optionalFunction } from '@scopegate/protocol/internal';
import type { MetadataOptions } from '@scopegate/resource-server';
import {
  assembleResourceServer,
  assertCalledBare,
  createUpgradeGuards,
  type NeutralMembers,
  type UpgradeGuards,
  varyOnAuthorization,
} from '@scopegate/resource-server/internal';
import { addReply, fastifyRequestAdapter } from './fastify-requests.js';
import { createGuard, type Guard } from './guard.js';
import { createMetadataPlugin } from './metadata-plugin.js';
import type { ResourceServerOptions } from './options.js';
import { createErrorHandler, createRefuse, type ErrorHandler, ReplyHeaders } from './refusal.js';

/**
 * The guards for the routes of one protected resource.
 *
 * A `ResourceServer` with typed scopes or claims is assignable to a plain `ResourceServer`.
 */
export interface ResourceServer<Scope extends string = string, Claims = unknown>
  extends
    NeutralMembers<Guard, Scope, Claims, FastifyRequest, IncomingMessage>,
    UpgradeGuards<Scope, Claims> {
  /**
   * Creates an error handler for refusals that handlers throw. It handles them as a guard does, and
   * passes every other error on to the error handler of the parent, otherwise to that of Fastify.
   *
   * @throws TypeError It has arguments: it was set without being called.
   * @example
   * app.setErrorHandler(api.errorHandler());
   */
  errorHandler(...none: never[]): ErrorHandler;
  /**
   * Creates a plugin that serves `/.well-known/oauth-protected-resource` at the root of the host, and
   * names this document in every challenge. The document is public even where a guard is a hook of the
   * application.
   *
   * @throws TypeError There is no resource identifier, or an option is unknown or out of range.
   * @see RFC 9728 §3, §5.1
   * @example
   * app.register(api.metadata({ resource_name: 'Sales Analytics API' }));
   */
  metadata(options?: MetadataOptions<Scope>): FastifyPluginCallback;
}

/**
 * Creates a resource server. Nothing is fetched before the first token, or before `ready()`.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const api = createResourceServer({ issuer, audience, scopes: ['read:analytics'] });
 * app.get('/v1/sales', { onRequest: api.requireScope('read:analytics') }, handler);
 */
export function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
>(options: ResourceServerOptions<Scope, Claims>): ResourceServer<Scope, Claims> {
  const { members, front } = assembleResourceServer<FastifyRequest, Claims, Guard>(options, {
    adapter: fastifyRequestAdapter,
    optionNames: ['onRefusal'],
    createGuard: (name, guard) => createGuard(name, guard, { prepare, refuse }),
  });
  const refuse = createRefuse(optionalFunction(front.options, 'onRefusal'));
  const prepare = (request: FastifyRequest, reply: FastifyReply): void => {
    addReply(request, reply);
    const headers = new ReplyHeaders(reply);
    varyOnAuthorization(headers);
    front.preventSharedCaching(request, headers);
  };
  return Object.freeze({
    ...members,
    ...createUpgradeGuards(front.context, front.policy),
    errorHandler: (...none: never[]) => {
      assertCalledBare('errorHandler', none);
      return createErrorHandler(front, refuse);
    },
    metadata: (given?: MetadataOptions) => createMetadataPlugin(front.publishMetadata(given)),
  });
}
