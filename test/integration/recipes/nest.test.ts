import type { IncomingMessage } from 'node:http';
import { Controller, Get, type INestApplication, Module, Post, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createResourceServer, type ResourceServer } from '@scopegate/resource-server';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createRequireScope, RefusalFilter, TokenGuard } from './nest-server.js';
import { openRecipeFixture, type RecipeFixture } from './recipe-fixture.js';

let fixture: RecipeFixture;
let url: string;

beforeEach(async () => {
  fixture = await openRecipeFixture();
  const api = createResourceServer(fixture.issuer.options());
  const app = await NestFactory.create(createAppModule(api));
  app.useGlobalGuards(new TokenGuard(api.requireAccessToken()));
  app.useGlobalFilters(new RefusalFilter());
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  onTestFinished(async () => {
    await app.close();
    api.close();
  });
});

function createAppModule(api: ResourceServer) {
  const RequireScope = createRequireScope(api);
  const write = api.policy({ scope: 'write:analytics' });

  @Controller('analytics')
  class AnalyticsController {
    @Get()
    @RequireScope('read:analytics')
    read(@Req() req: IncomingMessage) {
      return { client: api.accessToken(req).clientId };
    }

    @Post()
    publish(@Req() req: IncomingMessage) {
      api.assertAllowed(req, write);
      return { published: true };
    }
  }

  @Module({ controllers: [AnalyticsController] })
  class AppModule {}
  return AppModule;
}
it('x', async () => { console.info(url); const r = await fetch(url + '/analytics'); expect([r.status, await r.text()]).toEqual([]); });
