/**
 * The guard for NestJS of docs/recipes.md.
 *
 * @module
 */
// #region nest
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  UseGuards,
} from '@nestjs/common';
import {
  ChallengeError,
  formatRefusal,
  type Guard,
  KeySetUnavailableError,
  type Refusal,
  type ResourceServer,
} from '@scopegate/resource-server';

export class TokenGuard implements CanActivate {
  readonly #guard: Guard<IncomingMessage>;

  constructor(guard: Guard<IncomingMessage>) {
    this.#guard = guard;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const refusal = await this.#guard.check(context.switchToHttp().getRequest<IncomingMessage>());
    if (refusal !== undefined) throw refusal;
    return true;
  }
}

/** Also responds to the refusals of `api.assertAllowed()` in handlers. */
@Catch(ChallengeError, KeySetUnavailableError)
export class RefusalFilter implements ExceptionFilter<Refusal> {
  catch(refusal: Refusal, host: ArgumentsHost): void {
    const { status, headers, body } = formatRefusal(refusal);
    host.switchToHttp().getResponse<ServerResponse>().writeHead(status, headers).end(body);
  }
}

/** Creates the decorator `@RequireScope('read:analytics')` for handlers and controllers. */
export function createRequireScope<Scope extends string>(api: ResourceServer<Scope>) {
  return (...scopes: [Scope, ...Scope[]]) => UseGuards(new TokenGuard(api.requireScope(...scopes)));
}
// #endregion nest
