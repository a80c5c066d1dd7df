import { Hono } from 'hono';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type AccessTokenClaims,
  createResourceServer,
  type Guard,
  type ResourceServer,
  type VerifiedAccessToken,
} from '@scopegate/web';
import { SECRET_OPTIONS } from '../support/tokens.js';

const api = createResourceServer({ ...SECRET_OPTIONS, scopes: ['read', 'write'] });
const guard = api.requireScope('read');

/** Requests of frameworks, such as `NextRequest`, are subclasses. */
class FrameworkRequest extends Request {
  readonly cookies: ReadonlyMap<string, string> = new Map();
}

describe('createResourceServer', () => {
  it('infers scopes and claims', () => {
    expectTypeOf(api).toEqualTypeOf<ResourceServer<'read' | 'write', AccessTokenClaims>>();
    expectTypeOf<ReturnType<(typeof api)['accessToken']>>().toEqualTypeOf<VerifiedAccessToken>();
    // @ts-expect-error: a typing mistake
    expect(() => api.requireScope('raed')).toThrow(TypeError);
    // @ts-expect-error: no form parser runs in front of these guards
    expect(() => createResourceServer({ ...SECRET_OPTIONS, credentials: 'body' })).toThrow(
      TypeError,
    );
    const mtls = { certificate: 'socket' } as const;
    // @ts-expect-error: a `Request` has no connection
    expect(() => createResourceServer({ ...SECRET_OPTIONS, mtls })).toThrow(TypeError);
  });

  it('returns an object that is assignable to a plain ResourceServer', () => {
    expectTypeOf(api).toExtend<ResourceServer>();
    expectTypeOf(api).not.toHaveProperty('guardUpgrade');
    expectTypeOf(api).not.toHaveProperty('auditRoutes');
  });
});

describe('Guard', () => {
  it('is a function of a request', () => {
    expectTypeOf(guard).toEqualTypeOf<Guard>();
    expectTypeOf(guard).parameters.toEqualTypeOf<[Request]>();
    expectTypeOf(guard).returns.toEqualTypeOf<
      Response | undefined | Promise<Response | undefined>
    >();
  });

  it('wraps handlers with the arguments of their framework', () => {
    interface Context {
      readonly params: Promise<{ readonly year: string }>;
    }
    const next = guard.wrap(async (request: FrameworkRequest, { params }: Context) =>
      Response.json({ year: (await params).year, cookies: request.cookies.size }),
    );
    expectTypeOf(next).parameters.toEqualTypeOf<[FrameworkRequest, Context]>();
    expectTypeOf(next).returns.toExtend<Response | Promise<Response>>();
    const bare = guard.wrap(() => new Response());
    expectTypeOf(bare).parameters.toEqualTypeOf<[Request]>();
    expectTypeOf(bare).returns.toExtend<Response | Promise<Response>>();
  });

  it('wraps handlers that return nothing after an upgrade', () => {
    const upgrading = guard.wrap((_request, server: { upgrade: () => boolean }) =>
      server.upgrade() ? undefined : new Response(null, { status: 426 }),
    );
    expectTypeOf(upgrading).returns.toEqualTypeOf<
      Response | undefined | Promise<Response | undefined>
    >();
  });

  it('wraps whole applications', () => {
    const app = new Hono();
    expectTypeOf(guard.wrap(app.fetch)).returns.toExtend<Response | Promise<Response>>();
  });

  it('refuses handlers that return no response', () => {
    // @ts-expect-error: a string
    expectTypeOf(guard.wrap(() => 'rows')).toBeFunction();
    // @ts-expect-error: a number is not a request
    expectTypeOf(guard.wrap((id: number) => new Response(String(id)))).toBeFunction();
  });
});
