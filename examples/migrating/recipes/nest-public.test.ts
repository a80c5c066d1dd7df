import { Controller, type DynamicModule, Get, SetMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createResourceServer } from '@scopegate/resource-server';
import { expect, it, onTestFinished } from 'vitest';
import { RefusalFilter } from '../../../test/integration/recipes/nest-server.js';
import { bearer, openIssuer } from '../../../test/support/test-issuers.js';
import { GlobalTokenGuard } from './nest-public.js';

/** As the documentation of NestJS defines it. */
const Public = (): ClassDecorator & MethodDecorator => SetMetadata('isPublic', true);

function createModule(): DynamicModule {
  @Controller('orders')
  class OrdersController {
    @Get()
    list(): string {
      return 'orders';
    }
    @Get('prices')
    @Public()
    prices(): string {
      return 'prices';
    }
  }
  @Controller('health')
  @Public()
  class HealthController {
    @Get()
    read(): string {
      return 'healthy';
    }
  }
  return { module: OrdersController, controllers: [OrdersController, HealthController] };
}

it('GlobalTokenGuard requires a token for every route of NestJS without @Public()', async () => {
  const issuer = await openIssuer();
  const api = createResourceServer(issuer.options({ audience: 'https://api.example.com' }));
  const app = await NestFactory.create(createModule());
  onTestFinished(async () => {
    await app.close();
    api.close();
  });
  app.useGlobalGuards(new GlobalTokenGuard(api.requireAccessToken()));
  app.useGlobalFilters(new RefusalFilter());
  await app.listen(0, '127.0.0.1');
  const statusOf = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(`${await app.getUrl()}${path}`, { headers })).status;

  expect(await statusOf('/orders')).toBe(401);
  expect(await statusOf('/orders', await bearer(issuer))).toBe(200);
  expect(await statusOf('/orders/prices')).toBe(200);
  expect(await statusOf('/health')).toBe(200);
});
