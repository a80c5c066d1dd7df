/**
 * A resource server for frameworks and runtimes whose handlers get a `Request`.
 *
 * @module
 */
import type {
  AccessTokenClaims,
  MetadataOptions,
  ResourceServerOptions as NeutralOptions,
} from '@scopegate/resource-server';
import {
  assembleResourceServer,
  createFetchResponses,
  type FetchGuard,
  type FetchOptions,
  type FetchResponses,
  FetchTiming,
  fetchRequestAdapter,
  type NeutralMembers,
} from '@scopegate/resource-server/internal';
import { createGuard } from './guard.js';

/** The guards for the routes of one protected resource. */
export interface ResourceServer<Scope extends string = string, Claims = unknown>
  extends NeutralMembers<FetchGuard, Scope, Claims, Request>, Pick<FetchResponses, 'respondTo'> {
  /**
   * Creates the function that serves `/.well-known/oauth-protected-resource` and its preflights, and
   * names this document in every challenge. It returns `undefined` for any other request.
   *
   * @throws TypeError The resource identifier is missing, or an option is unknown or out of range.
   * @see RFC 9728 §3, §5.1
   * @example
   * const metadata = api.metadata();
   * const fetch = (request: Request) => metadata(request) ?? route(request);
   */
  metadata(options?: MetadataOptions<Scope>): (request: Request) => Response | undefined;
}

/** Options of {@link createResourceServer}. */
export type ResourceServerOptions<
  Scope extends string = string,
  Claims = AccessTokenClaims,
> = NeutralOptions<Scope, Claims> & FetchOptions;

/**
 * Creates a resource server. Nothing is fetched before the first token, or before `ready()`.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const api = createResourceServer({ issuer, audience, scopes: ['read:analytics'] });
 * export const GET = api.requireScope('read:analytics').wrap(() => Response.json(sales));
 */
export function createResourceServer<
  const Scope extends string = string,
  Claims = AccessTokenClaims,
>(options: ResourceServerOptions<Scope, Claims>): ResourceServer<Scope, Claims> {
  const timing = new FetchTiming();
  const { members, front } = assembleResourceServer<Request, Claims, FetchGuard>(options, {
    adapter: fetchRequestAdapter,
    optionNames: ['onRefusal'],
    createGuard: (name, neutral, report) => createGuard(name, { neutral, report }, responses),
    timing,
  });
  const responses: FetchResponses = createFetchResponses(front, timing);
  return Object.freeze({
    ...members,
    respondTo: responses.respondTo,
    metadata: (metadataOptions?: MetadataOptions): ((request: Request) => Response | undefined) => {
      const document = front.publishMetadata(metadataOptions);
      return ({ method, url }) => {
        const response = document.respond(method, url);
        // A response to a preflight must not have a body, not even an empty one.
        return response && new Response(response.body === '' ? null : response.body, response);
      };
    },
  });
}
