/**
 * A resource server: one configuration, one key set, one token cache, and the guards that share them.
 *
 * @module
 */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type {
  AccessTokenClaims,
  MetadataOptions,
  ResourceServerOptions as NeutralOptions,
} from '@scopegate/resource-server';
import {
  assembleHookServer,
  createHookAudit,
  type HookAudits,
  type HookMembers,
  type HookOptions,
  type HookRefusalHandler,
  type MetadataPlugins,
} from '@scopegate/resource-server/internal';
import { createMetadataPlugin } from './metadata-plugin.js';

/**
 * Answers a refusal instead of the guard; the request never reaches the route. The default answer is sent
 * when the handler returns, or its promise settles, without an answer, and after 10 s. What it throws or
 * rejects with goes to the error handlers.
 */
export type RefusalHandler = HookRefusalHandler<FastifyRequest, FastifyReply>;

/** The guards for the routes of one protected resource. */
export interface ResourceServer<Scope extends string = string, Claims = unknown>
  extends
    HookMembers<Scope, Claims, FastifyRequest>,
    HookAudits,
    MetadataPlugins<Scope, FastifyPluginAsync> {}

/** Options of {@link createResourceServer}. */
export type ResourceServerOptions<
  Scope extends string = string,
  Claims = AccessTokenClaims,
> = NeutralOptions<Scope, Claims> & HookOptions<RefusalHandler>;

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
  const { members, front } = assembleHookServer<Claims>(options);
  return Object.freeze({
    ...members,
    ...createHookAudit(front.policy),
    metadata: (given?: MetadataOptions) => createMetadataPlugin(front.publishMetadata(given)),
  });
}
