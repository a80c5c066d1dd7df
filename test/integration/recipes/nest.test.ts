import type { IncomingMessage } from 'node:http';
import {
  Controller,
  type DynamicModule,
  Get,
  type INestApplication,
  type MessageEvent,
  Post,
  Req,
  Sse,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  createResourceServer,
  formatRefusal,
  InsufficientScopeError,
  type ResourceServer,
} from '@scopegate/resource-server';
import { fastify as createFastify } from 'fastify';
import { EMPTY, fromEvent, Subject, takeUntil } from 'rxjs';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openApi } from '../../support/test-issuers.js';
import { createRequireScope, RefusalFilter, TokenGuard } from './nest-server.js';
import { openRecipeFixture, type RecipeFixture } from './recipe-fixture.js';

const AUDIENCE = 'https://api.example.com';

let fixture: RecipeFixture;
let api: ResourceServer;
let url: string;

beforeEach(async () => {
  fixture = await openRecipeFixture();
  api = createResourceServer(fixture.issuer.options());
  onTestFinished(() => {
    api.close();
  });
  const app = await NestFactory.create(createAppModule());
  app.enableCors({ origin: ['https://app.example'] });
  // #region nest-application
  app.useGlobalGuards(new TokenGuard(api.requireAccessToken())); // every route requires a token
  app.useGlobalFilters(new RefusalFilter());
  // #endregion nest-application
  url = await serve(app);
});

async function serve(app: INestApplication): Promise<string> {
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

const rows = new Subject<MessageEvent>();

function createAppModule(): DynamicModule {
  // #region nest-controller
  const RequireScope = createRequireScope(api); // throws if the API does not declare a scope
  const write = api.policy({ scope: 'write:analytics' });

  @Controller('analytics')
  class AnalyticsController {
    @Get()
    @RequireScope('read:analytics')
    read(@Req() req: IncomingMessage) {
      return { client: api.accessToken(req).clientId };
    }

    @Sse('rows')
    @RequireScope('read:analytics')
    stream(@Req() req: IncomingMessage) {
      const expiry = api.whileAcceptable(req);
      return expiry.aborted ? EMPTY : rows.pipe(takeUntil(fromEvent(expiry, 'abort')));
    }

    @Post()
    publish(@Req() req: IncomingMessage) {
      api.assertAllowed(req, write);
      return { published: true };
    }
  }
  // #endregion nest-controller
  return { module: AnalyticsController, controllers: [AnalyticsController] };
}

function send(method: string, authorization: string | undefined): Promise<Response> {
  const headers = { origin: 'https://app.example', ...(authorization && { authorization }) };
  return fetch(`${url}/analytics`, { method, headers });
}

/** The parts of a response that a guard sets. */
async function describeRefusal(response: Response): Promise<object> {
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    challenge: response.headers.get('www-authenticate'),
    cache: response.headers.get('cache-control'),
    vary: response.headers.get('vary'),
    body: await response.json(),
  };
}

const REFUSAL = {
  type: 'application/problem+json',
  cache: 'no-store',
  vary: 'Origin, Authorization',
};
const REALM = `Bearer realm="${AUDIENCE}"`;
const LACKS_SCOPE = 'the access token lacks scope for this resource';

describe('the NestJS recipe', () => {
  it('answers a request whose token has the scope', async () => {
    const response = await send('GET', fixture.permitted);
    expect(response.status).toBe(200);
    expect(response.headers.get('vary')).toBe('Origin, Authorization');
    expect(await response.json()).toEqual({ client: 'reports' });
    expect((await send('POST', fixture.writing)).status).toBe(201);
    fixture.expectNoTokens();
  });

  it('refuses a request without a token with 401 and a challenge', async () => {
    expect(await describeRefusal(await send('GET', undefined))).toEqual({
      ...REFUSAL,
      status: 401,
      challenge: REALM,
      body: { type: 'about:blank', title: 'Unauthorized', status: 401 },
    });
  });

  it('refuses invalid tokens with 401', async () => {
    for (const authorization of fixture.invalid) {
      const refusal = await describeRefusal(await send('GET', authorization));
      expect(refusal).toMatchObject({ ...REFUSAL, status: 401, body: { error: 'invalid_token' } });
      fixture.expectNoTokens(refusal);
    }
  });

  it('refuses a token that lacks the scope of the decorator with 403', async () => {
    const refusal = await describeRefusal(await send('GET', fixture.narrow));
    expect(refusal).toEqual({
      ...REFUSAL,
      status: 403,
      challenge: `${REALM}, error="insufficient_scope", error_description="${LACKS_SCOPE}", scope="read:analytics"`,
      body: {
        type: 'about:blank',
        title: 'Forbidden',
        status: 403,
        detail: LACKS_SCOPE,
        error: 'insufficient_scope',
        scope: 'read:analytics',
      },
    });
    fixture.expectNoTokens(refusal);
  });

  it('responds to a refusal that a handler throws as a guard does', async () => {
    const refusal = await describeRefusal(await send('POST', fixture.permitted));
    expect(refusal).toMatchObject({ ...REFUSAL, status: 403, body: { scope: 'write:analytics' } });
    expect(refusal).toHaveProperty('challenge', expect.stringContaining(REALM));
  });

  it('responds to a refusal that a handler throws on a route without a guard', async () => {
    @Controller('open')
    class OpenController {
      @Get()
      read(): never {
        throw new InsufficientScopeError('check');
      }
    }
    const app = await NestFactory.create({ module: OpenController, controllers: [OpenController] });
    app.useGlobalFilters(new RefusalFilter());
    const refusal = await describeRefusal(await fetch(`${await serve(app)}/open`));
    expect(refusal).toMatchObject({ ...REFUSAL, status: 403, vary: 'Authorization' });
  });

  it('responds 503 while the keys are unavailable', async () => {
    fixture.issuer.fault('jwks', { kind: 'status', status: 503, times: 9 });
    const response = await send('GET', fixture.permitted);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await describeRefusal(response)).toMatchObject({
      ...REFUSAL,
      status: 503,
      challenge: null,
    });
    fixture.expectNoTokens();
  });

  it('ends an event stream when its token expires', async () => {
    const headers = { authorization: fixture.permitted };
    const { status, body } = await fetch(`${url}/analytics/rows`, { headers });
    expect(status).toBe(200);
    await vi.waitUntil(() => rows.observed);
    rows.next({ data: 'row' });
    fixture.expire();
    expect(await new Response(body).text()).toContain('data: row');
    expect(rows.observed).toBe(false);
  });

  it('reads bodies before its guards run, but after middleware of @scopegate/express', async () => {
    const body = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
    expect((await fetch(`${url}/analytics`, body)).status).toBe(400);
    const app = await NestFactory.create(createAppModule());
    app.use(openApi(fixture.issuer.options()).requireAccessToken());
    const guarded = await serve(app);
    expect((await fetch(`${guarded}/analytics`, body)).status).toBe(401);
    expect((await fetch(`${guarded}/unknown`)).status).toBe(401);
  });

  it('responds the same through a reply of Fastify', async () => {
    const guard = api.requireScope('read:analytics');
    const fastify = createFastify();
    fastify.get('/analytics', async ({ raw }, reply) => {
      const refusal = await guard.check(raw);
      if (refusal === undefined) return { client: api.accessToken(raw).clientId };
      const { status, headers, body } = formatRefusal(refusal);
      return reply.code(status).headers(headers).send(Buffer.from(body));
    });
    onTestFinished(() => fastify.close());
    const other = `${await fastify.listen({ host: '127.0.0.1', port: 0 })}/analytics`;
    const headers = { authorization: fixture.narrow };
    const vary = 'Authorization';
    const expected = await describeRefusal(await send('GET', fixture.narrow));
    expect(await describeRefusal(await fetch(other, { headers }))).toEqual({ ...expected, vary });
    const allowed = await fetch(other, { headers: { authorization: fixture.permitted } });
    expect(await allowed.json()).toEqual({ client: 'reports' });
  });
});
