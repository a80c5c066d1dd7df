/**
 * The recipe of the migration guide for a strategy of passport-jwt in NestJS.
 *
 * @module
 */
import { UseGuards } from '@nestjs/common';
import type { ResourceServer } from '@scopegate/resource-server';
import { TokenGuard } from '../../../test/integration/recipes/nest-server.js';
import { type FindUser, knownUser } from './known-user.js';

// #region nest-user
/** Creates a decorator that replaces `@UseGuards(AuthGuard('jwt'))`. */
export function createRequireUser(
  api: ResourceServer,
  findUser: FindUser,
): () => ClassDecorator & MethodDecorator {
  const guard = new TokenGuard(api.require({ check: knownUser(findUser) }));
  return () => UseGuards(guard);
}
// #endregion nest-user
