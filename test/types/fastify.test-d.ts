import {
  createResourceServer,
  type Guard,
  type ResourceServer,
  watchRoutes,
} from '@scopegate/fastify';
import Fastify, { type FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { SECRET_OPTIONS } from '../support/tokens.js';

interface Tenant {
  readonly tenant: string;
}

/** A Standard Schema by hand, as zod, valibot and arktype make them. */
const claims = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (): { value: Tenant } => ({ value: { tenant: 'a' } }),
  },
} as const;

const api = createResourceServer({ ...SECRET_OPTIONS, scopes: ['read', 'write'] });
const guard = api.requireAccessToken();

describe('createResourceServer of @scopegate/fastify', () => {
  it('infers the scopes from literals', () => {
    expectTypeOf<(typeof api)['requireScope']>().parameter(0).toEqualTypeOf<'read' | 'write'>();
    expectTypeOf(api).toExtend<ResourceServer>();
    // @ts-expect-error: a typing mistake
    expect(() => api.requireScope('raed')).toThrow(TypeError);
    // @ts-expect-error: a typing mistake
    expect(() => api.metadata({ scopes_supported: ['raed'] })).toThrow(TypeError);
  });

  it('types the claims of a schema', () => {
    const typed = createResourceServer({ ...SECRET_OPTIONS, claims });
    const read = (request: FastifyRequest, upgrade: IncomingMessage): void => {
      expectTypeOf(typed.accessToken(request).claims).toEqualTypeOf<Tenant>();
      expectTypeOf(typed.accessToken(upgrade).claims).toEqualTypeOf<Tenant>();
    };
    expect(read).toBeTypeOf('function');
    const own = typed.require({
      check: {
        name: 'own',
        test: (token, request) => {
          expectTypeOf(token.claims).toEqualTypeOf<Tenant>();
          expectTypeOf(request).toEqualTypeOf<FastifyRequest>();
          return token.claims.tenant === request.hostname;
        },
      },
    });
    expectTypeOf(own).toEqualTypeOf<Guard>();
  });

  it('types onRefusal by Fastify', () => {
    createResourceServer({
      ...SECRET_OPTIONS,
      onRefusal: (error, { log }, reply) => {
        log.warn(error.reason);
        return reply.code(error.status).send({ error: error.code });
      },
    });
  });
});

describe('guard of @scopegate/fastify', () => {
  it('fits typed routes of HTTP/1', () => {
    const app = watchRoutes(Fastify());
    app.addHook('onRequest', guard);
    app.setErrorHandler(api.errorHandler());
    api.guardAll(app, guard);
    void app.register(api.metadata());
    app.get<{ Params: { id: string } }>('/:id', { onRequest: guard }, (request) => {
      expectTypeOf(request.params.id).toEqualTypeOf<string>();
      return api.accessToken(request).clientId;
    });
  });

  it('fits typed routes of HTTP/2', () => {
    const app = watchRoutes(Fastify({ http2: true }));
    app.addHook('onRequest', guard);
    app.setErrorHandler(api.errorHandler());
    api.guardAll(app, guard);
    void app.register(api.metadata());
    app.get<{ Params: { id: string } }>('/:id', { onRequest: [guard] }, (request) => {
      expectTypeOf(request.params.id).toEqualTypeOf<string>();
      return api.accessToken(request).clientId;
    });
  });
});
