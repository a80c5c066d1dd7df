import { runInNewContext } from 'node:vm';
import { InsufficientScopeError, KeySetUnavailableError } from '@scopegate/resource-server';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { listenToDecisions } from '../../../test/support/decision-log.js';
import { SECRET_OPTIONS, signToken } from '../../../test/support/tokens.js';
import { createResourceServer } from './resource-server.js';

const api = createResourceServer({ ...SECRET_OPTIONS, scopes: ['read', 'write'] });
const readSales = api.requireScope('read');

function requestWith(authorization?: string, url = 'https://api.example.com/v1/sales'): Request {
  return new Request(url, authorization === undefined ? {} : { headers: { authorization } });
}

const allowed = (): Request => requestWith(`Bearer ${signToken({ scope: 'read' })}`);

const FAILING_CLAIMS = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (): never => {
      throw new Error('the schema broke');
    },
  },
} as const;

describe('createGuard', () => {
  it('has the name of its method and its policy, frozen', () => {
    expect(readSales.name).toBe('requireScope');
    expect(readSales.policy).toMatchObject({ authentication: 'required', atMost: undefined });
    expect(Object.isFrozen(readSales)).toBe(true);
  });

  it('lets a request pass synchronously, with its token', () => {
    const request = allowed();
    expect(readSales(request)).toBeUndefined();
    expect(api.accessToken(request).scopes.has('read')).toBe(true);
  });

  it.each(['throws', 'rejects with'])(
    'answers a refusal that a handler %s, although the guard only reports',
    async (how) => {
      const events = listenToDecisions();
      const until = new Date(Date.now() + 60_000).toISOString();
      const write = api.policy({ scope: 'write' });
      const assertWrite = (request: Request): Response => {
        api.assertAllowed(request, write);
        return new Response();
      };
      const handler =
        how === 'throws'
          ? assertWrite
          : (request: Request) => Promise.resolve(request).then(assertWrite);
      const handle = api.dangerouslyReportOnly(readSales, { until }).wrap(handler);
      expect((await handle(allowed())).status).toBe(403);
      expect(events).toMatchObject([{ outcome: 'refused', reason: 'scope', guard: 'handler' }]);
    },
  );

  it.each<[string, string | undefined, number]>([
    ['no token', undefined, 401],
    ['a malformed header', 'Bearer', 400],
    ['two headers', 'Bearer abc, Bearer def', 400],
    ['a bad token', 'Bearer abc', 401],
    ['too little scope', `Bearer ${signToken({ scope: 'write' })}`, 403],
  ])('refuses %s synchronously', (_what, authorization, status) => {
    expect(readSales(requestWith(authorization))).toMatchObject({ status });
  });

  it('responds with the challenge and problem details', async () => {
    const response = await readSales(requestWith());
    expect(response?.status).toBe(401);
    expect(Object.fromEntries(response?.headers ?? [])).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      vary: 'Authorization',
      'www-authenticate': 'Bearer realm="https://api.example.com", scope="read"',
    });
    await expect(response?.json()).resolves.toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      scope: 'read',
    });
  });

  it('throws what is not a refusal, and lets nothing pass', () => {
    const broken = createResourceServer({ ...SECRET_OPTIONS, claims: FAILING_CLAIMS });
    const request = allowed();
    let calls = 0;
    const handler = (): Response => {
      calls += 1;
      return new Response();
    };
    const guard = broken.requireScope('read');
    expect(() => guard(request)).toThrow('the schema broke');
    expect(() => guard.wrap(handler)(request)).toThrow('the schema broke');
    expect(calls).toBe(0);
    expect(() => broken.accessToken(request)).toThrow(TypeError);
  });

  it('publishes its decisions, without a route', async () => {
    const events = listenToDecisions();
    void readSales(requestWith());
    void readSales(allowed());
    await new Promise(setImmediate);
    expect(events.map(({ outcome, method, route }) => [outcome, method, route])).toEqual([
      ['refused', 'GET', undefined],
      ['allowed', 'GET', undefined],
    ]);
  });
});

describe('wrap', () => {
  it('calls the handler with every argument, and returns its response synchronously', () => {
    const request = allowed();
    const handled = readSales.wrap((given: Request, context: { id: string }, server: number) => {
      expect(given).toBe(request);
      return new Response(`${context.id} ${server}`, { status: 201 });
    });
    expectTypeOf(handled).parameters.toEqualTypeOf<[Request, { id: string }, number]>();
    const response = handled(request, { id: 'a' }, 1);
    expect(response).toBeInstanceOf(Response);
    expect(response).toMatchObject({ status: 201 });
  });

  it('awaits a handler that returns a promise of any realm', async () => {
    const foreign = (response: Response): Promise<Response> =>
      runInNewContext('Promise.resolve(response)', { response }) as Promise<Response>;
    for (const promised of [(each: Response) => Promise.resolve(each), foreign]) {
      const response = await readSales.wrap(() => promised(new Response('rows')))(allowed());
      expect(response.headers.get('vary')).toBe('Authorization');
    }
  });

  it.each<[string, string | undefined]>([
    ['no token', undefined],
    ['a bad token', 'Bearer abc'],
    ['too little scope', `Bearer ${signToken({ scope: 'write' })}`],
  ])('does not call the handler of a refused request: %s', async (_what, authorization) => {
    let calls = 0;
    const handled = readSales.wrap(() => {
      calls += 1;
      return new Response();
    });
    const response = await handled(requestWith(authorization));
    expect([calls, response.ok]).toEqual([0, false]);
  });

  it('adds Vary to the response for an anonymous caller', async () => {
    const handled = api.optionalAccessToken().wrap((request) => {
      return Response.json({ client: api.accessTokenIfAny(request)?.clientId ?? null });
    });
    const response = await handled(requestWith());
    expect(response.headers.get('vary')).toBe('Authorization');
    await expect(response.json()).resolves.toEqual({ client: null });
  });

  it('passes on what Bun returns after an upgrade', () => {
    const handled = readSales.wrap((): Response | undefined => undefined);
    expect(handled(allowed())).toBeUndefined();
  });

  it('sets Cache-Control if the token was in the query', async () => {
    const open = createResourceServer({ ...SECRET_OPTIONS, credentials: ['header', 'query'] });
    const handled = open.requireScope('read').wrap(() => new Response('rows'));
    const token = signToken({ scope: 'read' });
    const url = `https://api.example.com/?access_token=${token}`;
    const inQuery = await handled(requestWith(undefined, url));
    const inHeader = await handled(requestWith(`Bearer ${token}`));
    expect(inQuery.headers.get('cache-control')).toBe('private, no-store');
    expect(inHeader.headers.get('cache-control')).toBeNull();
  });

  it.each<[string, Error, number]>([
    ['a lack of scope', new InsufficientScopeError('scope', 'write'), 403],
    ['unavailable keys', new KeySetUnavailableError(9), 503],
  ])('answers a refusal that the handler throws: %s', async (_what, error, status) => {
    const events = listenToDecisions();
    const fail = (): never => {
      throw error;
    };
    const sync = await readSales.wrap(fail)(allowed());
    const late = await readSales.wrap(() => Promise.reject(error))(allowed());
    expect([sync.status, late.status]).toEqual([status, status]);
    expect(sync.headers.get('vary')).toBe('Authorization');
    expect(events).toHaveLength(2);
  });

  it('answers the refusal of assertAllowed()', async () => {
    const mayWrite = api.policy({ scope: 'write' });
    const response = await readSales.wrap((request) => {
      api.assertAllowed(request, mayWrite);
      return new Response();
    })(allowed());
    expect(response.headers.get('www-authenticate')).toContain(
      'error="insufficient_scope", error_description="the access token lacks scope for this resource", scope="read write"',
    );
  });

  it('throws any other error again, and does not wrap it', async () => {
    const error = new Error('the handler failed');
    const fail = (): never => {
      throw error;
    };
    const redirect: unknown = { location: '/login' };
    expect(() => readSales.wrap(fail)(allowed())).toThrow(error);
    await expect(readSales.wrap(() => Promise.reject(error))(allowed())).rejects.toBe(error);
    // SvelteKit and Next.js throw values that are not an Error.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as frameworks do
    const late = readSales.wrap(() => Promise.reject(redirect))(allowed());
    await expect(late).rejects.toBe(redirect);
  });

  it('throws an error with the header fields of a fetched response again', async () => {
    const { headers } = Response.redirect('https://upstream.example.com/', 302);
    const error = Object.assign(new Error('the upstream failed'), { status: 429, headers });
    const handler = readSales.wrap(() => {
      throw error;
    });
    await expect(Promise.resolve(allowed()).then((request) => handler(request))).rejects.toBe(
      error,
    );
    expect(headers.has('vary')).toBe(false);
  });

  it('adds Vary to a response that the handler throws, as handlers of React Router do', async () => {
    const fail = (): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as handlers do
      throw Response.redirect('https://api.example.com/elsewhere', 302);
    };
    for (const handler of [fail, () => Promise.resolve().then(fail)]) {
      const thrown = await Promise.resolve(allowed())
        .then(readSales.wrap(handler))
        .catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(Response);
      expect((thrown as Response).headers.get('vary')).toBe('Authorization');
    }
  });

  it.each<[string, unknown]>([
    ['an object', { client: 'reports' }],
    ['a string', 'reports'],
    ['null', null],
  ])('returns unchanged what is not a response: %s', (_what, returned) => {
    expect(readSales.wrap(() => returned as Response)(allowed())).toBe(returned);
  });
});
