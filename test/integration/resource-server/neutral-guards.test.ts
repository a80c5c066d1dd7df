import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import {
  createResourceServer,
  type FormattedRefusal,
  formatRefusal,
  InsufficientScopeError,
  InvalidRequestError,
  isRefusal,
  type RequestAdapter,
  type ResourceServer,
} from '@scopegate/resource-server';
import type { TestIssuer } from '@scopegate/testing';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { openServer } from '../../support/listen.js';
import { openIssuer } from '../../support/test-issuers.js';

/** A request of no HTTP server. */
interface Message {
  readonly lines: readonly string[];
  readonly url?: string;
  readonly form?: Readonly<Record<string, unknown>>;
}

const listeners = new WeakMap<Message, () => void>();

const messages: RequestAdapter<Message> = {
  authorization: ({ lines }) => {
    if (lines.length > 1) throw new InvalidRequestError('repeated_authorization');
    return lines[0];
  },
  url: ({ url }) => url,
  method: () => 'POST',
  route: () => 'orders',
  body: ({ form }) => ({ contentType: 'application/x-www-form-urlencoded', value: form }),
  onEnd: (message, listener) => {
    listeners.set(message, listener);
    return () => listeners.delete(message);
  },
};

describe('createResourceServer of @scopegate/resource-server', () => {
  let issuer: TestIssuer;
  let api: ResourceServer<'read' | 'write', unknown, Message>;

  beforeEach(async () => {
    issuer = await openIssuer();
    const options = { ...issuer.options(), realm: 'orders', scopes: ['read', 'write'] as const };
    api = createResourceServer({ ...options, credentials: ['header', 'body', 'query'] }, messages);
    onTestFinished(() => {
      api.close();
    });
  });

  /** Checks a message that is refused, and formats the refusal. */
  const refuse = async (scope: 'read' | 'write', message: Message): Promise<FormattedRefusal> => {
    const refusal = await api.requireScope(scope).check(message);
    if (refusal === undefined) throw new Error('the message was not refused');
    return formatRefusal(refusal);
  };

  const messageWith = async (scope: string): Promise<Message> => ({
    lines: [`Bearer ${await issuer.mint({ scope, clientId: 'shop' })}`],
  });

  it('lets a message pass, and returns its token to the handler', async () => {
    const message = await messageWith('read');
    expect(await api.requireScope('read').check(message)).toBeUndefined();
    expect(api.accessToken(message).clientId).toBe('shop');
    expect(api.hasScope(message, 'write')).toBe(false);
  });

  it('returns no promise when the keys are available', async () => {
    await api.ready();
    const guard = api.requireScope('write');
    expect(guard.check(await messageWith('write'))).toBeUndefined();
    expect(guard.check(await messageWith('read'))).toBeInstanceOf(InsufficientScopeError);
    expect(guard.check({ lines: [] })).toMatchObject({ reason: 'missing_credentials' });
  });

  it('does not know a copy of the message', async () => {
    const message = await messageWith('read');
    await api.requireScope('read').check(message);
    expect(() => api.accessToken({ ...message })).toThrow(
      new TypeError(
        'no guard of this resource server ran on this request; mount one in front of the handler',
      ),
    );
  });

  it.each<[string, (token: string) => Message]>([
    ['the body', (token) => ({ lines: [], form: { access_token: token } })],
    ['the query', (token) => ({ lines: [], url: `?access_token=${token}` })],
  ])('finds the token in %s', async (_where, messageOf) => {
    const message = messageOf(await issuer.mint({ scope: 'read' }));
    expect(await api.requireScope('read').check(message)).toBeUndefined();
  });

  interface Formatted {
    readonly what: string;
    readonly lines: () => Promise<readonly string[]>;
    readonly status: number;
    readonly challenge: string;
  }

  it.each<Formatted>([
    {
      what: 'no credentials',
      lines: () => Promise.resolve([]),
      status: 401,
      challenge: 'Bearer realm="orders", scope="write"',
    },
    {
      what: 'two field lines',
      lines: () => Promise.resolve(['Bearer a', 'Bearer a']),
      status: 400,
      challenge:
        'Bearer realm="orders", error="invalid_request", error_description="the request must carry one Authorization header"',
    },
    {
      what: 'too little scope',
      lines: async () => (await messageWith('read')).lines,
      status: 403,
      challenge:
        'Bearer realm="orders", error="insufficient_scope", error_description="the access token lacks scope for this resource", scope="write"',
    },
  ])('formats the refusal of $what', async ({ lines, status, challenge }) => {
    const formatted = await refuse('write', { lines: await lines() });
    expect(formatted.status).toBe(status);
    expect(formatted.headers).toEqual({
      'Cache-Control': 'no-store',
      'Content-Type': 'application/problem+json',
      Vary: 'Authorization',
      'WWW-Authenticate': challenge,
    });
    expect(JSON.parse(formatted.body)).toMatchObject({ type: 'about:blank', status });
    expect(Object.isFrozen(formatted) && Object.isFrozen(formatted.headers)).toBe(true);
  });

  it('formats 503 without a challenge while the keys are unavailable', async () => {
    const message = await messageWith('read');
    await issuer.stop();
    expect(await refuse('read', message)).toEqual({
      status: 503,
      headers: {
        'Cache-Control': 'no-store',
        'Content-Type': 'application/problem+json',
        'Retry-After': '1',
        Vary: 'Authorization',
      },
      body: '{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"the keys of the authorization server are unavailable"}',
    });
  });

  it('completes and publishes a refusal that a handler has thrown', async () => {
    const message = await messageWith('read');
    await api.requireScope('read').check(message);
    const events = listenToDecisions();
    const thrown = new InsufficientScopeError('scope', 'write');
    expect(isRefusal(thrown)).toBe(true);
    expect(api.reportRefusal(thrown, message)).toBe(thrown);
    expect(thrown.challenge.realm).toBe('orders');
    expect(events).toMatchObject([
      {
        outcome: 'refused',
        reason: 'scope',
        route: 'orders',
        method: 'POST',
        issuer: issuer.issuer,
      },
    ]);
  });

  it('ends the watch of a token with the exchange, as the adapter reports it', async () => {
    const message = await messageWith('read');
    await api.requireScope('read').check(message);
    const signal = api.whileAcceptable(message);
    const end = listeners.get(message);
    expect(end).toBeTypeOf('function');
    end?.();
    expect(listeners.has(message)).toBe(false);
    expect(signal.aborted).toBe(false);
  });

  it('throws or rejects with what is not a refusal, and stores no token', async () => {
    const failure = new Error('the directory is down');
    const test = (): never => {
      throw failure;
    };
    const guard = api.require({ scope: 'read', check: { name: 'directory', test } });
    const message = await messageWith('read');
    await expect(async () => guard.check(message)).rejects.toBe(failure);
    expect(() => api.accessToken(message)).toThrow(TypeError);
  });
});

describe('whileAcceptable() of @scopegate/resource-server on node:http', () => {
  it('ends the watch with the response, although the connection stays open', async () => {
    const issuer = await openIssuer();
    const api = createResourceServer(issuer.options());
    await api.ready();
    const guard = api.requireScope('read');
    const authorization = `Bearer ${await issuer.mint({ scope: 'read' })}`;
    const watched: number[] = [];
    const url = await openServer(
      createServer((req, res) => {
        expect(guard.check(req)).toBeUndefined();
        const before = vi.getTimerCount();
        api.whileAcceptable(req);
        watched.push(vi.getTimerCount() - before);
        res.on('close', () => watched.push(vi.getTimerCount() - before)).end();
      }),
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => {
      agent.destroy();
    });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { agent, headers: { authorization } }, resolve).on('error', reject);
    });
    await once(response.resume(), 'end');
    expect(response.headers.connection).toBe('keep-alive');
    expect(watched).toEqual([1, 0]);
  });
});

describe('metadata of @scopegate/resource-server', () => {
  const api = createResourceServer({
    issuer: 'https://auth.example.com',
    audience: 'https://api.example.com/v1',
    scopes: ['read'],
  });
  const WELL_KNOWN = '/.well-known/oauth-protected-resource/v1';
  const document = api.metadata();

  it('is named in challenges once it was created', () => {
    const refusal = api.requireScope('read').check({ headers: {} } as never);
    expect(refusal).toMatchObject({
      challenge: { resource_metadata: `https://api.example.com${WELL_KNOWN}` },
    });
  });

  it.each([
    ['GET', 200, 'GET'],
    ['HEAD', 200, ''],
    ['OPTIONS', 204, ''],
    ['POST', 405, ''],
  ])('responds to %s with %i', (method, status, content) => {
    const response = document.respond(method, `${WELL_KNOWN}?any=1`);
    expect(response?.status).toBe(status);
    expect(response?.headers['Access-Control-Allow-Origin']).toBe('*');
    expect(response?.body === '').toBe(content === '');
    if (status === 200) {
      const { body = '' } = document.respond('GET', WELL_KNOWN) ?? {};
      expect(response?.headers['Content-Length']).toBe(String(Buffer.byteLength(body)));
    }
  });

  it.each(['/', '/v1', `${WELL_KNOWN}/`, '/.well-known/oauth-protected-resource', undefined])(
    'does not respond to a request for %s',
    (target) => {
      expect(document.respond('GET', target)).toBeUndefined();
    },
  );

  it('responds to a request target in absolute-form', () => {
    expect(document.respond('GET', `https://any.example${WELL_KNOWN}`)?.status).toBe(200);
  });
});
