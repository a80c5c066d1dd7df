/**
 * The guard for NestJS of docs/recipes.md.
 *
 * @module
 */
// #region nest
import type { IncomingMessage } from 'node:http';
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
import type { Response } from 'express';

export class TokenGuard implements CanActivate {
  readonly #guard: Guard<IncomingMessage>;

  constructor(guard: Guard<IncomingMessage>) {
    this.#guard = guard;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    http.getResponse<Response>().vary('Authorization'); // for caches such as nginx
    const refusal = await this.#guard.check(http.getRequest<IncomingMessage>());
    if (refusal !== undefined) throw refusal;
    return true;
  }
}

/** Also responds to the refusals of `api.assertAllowed()` in handlers. */
@Catch(ChallengeError, KeySetUnavailableError)
export class RefusalFilter implements ExceptionFilter<Refusal> {
  catch(refusal: Refusal, host: ArgumentsHost): void {
    const { status, headers, body } = formatRefusal(refusal);
    const response = host.switchToHttp().getResponse<Response>();
    const vary = response.vary('Authorization').getHeader('Vary');
    if (!response.req.complete) response.setHeader('Connection', 'close'); // the body was not read
    response.writeHead(status, { ...headers, Vary: vary }).end(body);
  }
}

/** Creates a decorator for handlers and controllers: `@RequireScope('read:analytics')`. */
export function createRequireScope<Scope extends string>(
  api: ResourceServer<Scope>,
): (...scopes: [Scope, ...Scope[]]) => ClassDecorator & MethodDecorator {
  return (...scopes) => UseGuards(new TokenGuard(api.requireScope(...scopes)));
}
// #endregion nest
