/**
 * The recipe of the migration guide for NestJS applications whose global guard skips public routes.
 *
 * @module
 */
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { TokenGuard } from '../../../test/integration/recipes/nest-server.js';

// #region nest-public
const reflector = new Reflector();

/** Requires a token for every route without `@Public()`, which stays `SetMetadata('isPublic', true)`. */
export class GlobalTokenGuard extends TokenGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const isPublic: unknown = reflector.getAllAndOverride('isPublic', targets);
    return isPublic === true || super.canActivate(context);
  }
}
// #endregion nest-public
