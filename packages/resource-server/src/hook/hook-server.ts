/**
 * Assembles a resource server for a framework with hooks.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { optionalFunction } from '@scopegate/protocol/internal';
import type { MetadataOptions } from '../metadata/metadata-options.js';
import { assertCalledBare } from '../policy/guard-arguments.js';
import { varyOnAuthorization } from '../refusal/response-headers.js';
import { assembleResourceServer, type Front, type NeutralMembers } from '../server/assembly.js';
import { createUpgradeGuards, type UpgradeGuards } from '../server/upgrade-guards.js';
import { createGuardHook, type GuardHook, type GuardResponses } from './guard-hook.js';
import type { HookRequest } from './hook-exchange.js';
import { ReplyHeaders } from './hook-reply.js';
import { hookRequestAdapter } from './hook-requests.js';
import { createHookErrorHandler, createRefuse, type HookErrorHandler } from './hook-responses.js';

/** The option of a resource server that responds by hooks. */
export interface HookOptions<RefusalHandler> {
  /**
   * Responds to refused requests instead of the guards; see `RefusalHandler`.
   *
   * @defaultValue the response of {@link sendRefusal}
   */
  readonly onRefusal?: RefusalHandler | undefined;
}

/** The members of a resource server whose guards are hooks. */
export interface HookMembers<Scope extends string, Claims, Request extends object>
  extends
    NeutralMembers<GuardHook, Scope, Claims, Request, HookRequest | IncomingMessage>,
    UpgradeGuards<Scope, Claims> {
  /**
   * Creates an error handler for refusals that handlers and hooks throw. It handles them as a guard does:
   * it calls `onRefusal` and publishes a decision event. It passes every other error on: to the error
   * handler of the parent, otherwise to that of the framework.
   *
   * Without it the framework answers such refusals with the right status and headers and its own body.
   *
   * @throws TypeError It has arguments: it was set without being called.
   * @example
   * app.setErrorHandler(api.errorHandler());
   */
  errorHandler(...none: never[]): HookErrorHandler;
}

/** The serving of the metadata document by a plugin. */
export interface MetadataPlugins<Scope extends string, Plugin> {
  /**
   * Creates a plugin that serves `/.well-known/oauth-protected-resource` at the root of the host, and
   * names this document in every challenge. It also answers CORS preflights for the document.
   *
   * The document is public: prefixes do not move it, and guards that are hooks of the application let
   * requests for it pass.
   *
   * @throws TypeError The resource identifier is missing, or an option is unknown or out of range.
   * @see RFC 9728 §3, §5.1
   * @example
   * app.register(api.metadata({ resource_name: 'Sales Analytics API' }));
   * @example
   * // A client that requests all of `scopes_supported` must not get `write:analytics`.
   * app.register(api.metadata({ scopes_supported: ['read:analytics'] }));
   */
  metadata(options?: MetadataOptions<Scope>): Plugin;
}

/**
 * Assembles a resource server.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function assembleHookServer<Claims>(options: unknown): {
  readonly members: HookMembers<string, Claims, HookRequest>;
  readonly front: Front<HookRequest, Claims>;
} {
  const { members, front } = assembleResourceServer<HookRequest, Claims, GuardHook>(options, {
    adapter: hookRequestAdapter,
    optionNames: ['onRefusal'],
    createGuard: (name, guard, report) => createGuardHook(name, { guard, report }, responses),
  });
  const refuse = createRefuse(optionalFunction(front.options, 'onRefusal'));
  const responses: GuardResponses = {
    prepare: (request, reply) => {
      const headers = new ReplyHeaders(reply);
      varyOnAuthorization(headers);
      front.setResponseFields(request, headers);
    },
    refuse,
  };
  return {
    front,
    members: {
      ...members,
      ...createUpgradeGuards(front.context, front.policy),
      errorHandler: (...none: never[]) => {
        assertCalledBare('errorHandler', none);
        return createHookErrorHandler(front, refuse);
      },
    },
  };
}
