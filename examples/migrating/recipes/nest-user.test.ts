import { Controller, type DynamicModule, Get, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createResourceServer, type ResourceServer } from '@scopegate/resource-server';
import { expect, it, onTestFinished } from 'vitest';
import { RefusalFilter } from '../../../test/integration/recipes/nest-server.js';
import { bearer, openIssuer } from '../../../test/support/test-issuers.js';
import { createRequireUser } from './nest-user.js';

const audience = 'https://api.example.com';
const FOUND: ReadonlyMap<string, object> = new Map([['ann', { id: 'ann', role: 'buyer' }]]);

function createModule(api: ResourceServer): DynamicModule {
  const RequireUser = createRequireUser(api, (_issuer, subject) =>
    Promise.resolve(FOUND.get(subject)),
  );

  @Controller('profile')
  class ProfileController {
    @Get()
    @RequireUser()
    read(@Req() req: { user: object }): object {
      return req.user;
    }
  }
  return { module: ProfileController, controllers: [ProfileController] };
}

it('createRequireUser puts the user into the request of NestJS, or responds with 403', async () => {
  const issuer = await openIssuer();
  const api = createResourceServer(issuer.options({ audience }));
  const app = await NestFactory.create(createModule(api));
  onTestFinished(async () => {
    await app.close();
    api.close();
  });
  app.useGlobalFilters(new RefusalFilter());
  await app.listen(0, '127.0.0.1');
  const read = async (headers: Record<string, string>): Promise<Response> =>
    fetch(`${await app.getUrl()}/profile`, { headers });

  const found = await read(await bearer(issuer, { subject: 'ann' }));
  expect([found.status, await found.json()]).toEqual([200, { id: 'ann', role: 'buyer' }]);
  const unknown = await read(await bearer(issuer, { subject: 'bob' }));
  expect(unknown.status).toBe(403);
  expect(unknown.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  expect((await read({})).status).toBe(401);
});
