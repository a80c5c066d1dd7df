/**
 * Options of the resource server for Fastify.
 *
 * @module
 */
import type { AccessTokenClaims } from '@scopegate/access-token';
import type { GuardOptions as NeutralGuardOptions, Trust } from '@scopegate/resource-server';
import type { RefusalHandler } from './refusal.js';

/** The options of a resource server for its guards. */
export interface GuardOptions<Scope extends string = string> extends NeutralGuardOptions<Scope> {
  /**
   * Responds to refused requests instead of the guards; see {@link RefusalHandler}.
   *
   * @defaultValue the response of {@link sendRefusal}
   */
  readonly onRefusal?: RefusalHandler | undefined;
}

/** Options of {@link createResourceServer}. */
export type ResourceServerOptions<
  Scope extends string = string,
  Claims = AccessTokenClaims,
> = Trust<Claims> & GuardOptions<Scope>;
