import { InsufficientScopeError, type RefusalHandler, sendRefusal } from '@scopegate/fastify';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { ODD_VALUES } from '../../support/odd-hooks.js';
import { listen, openApi, openApp, sendLines, tokenWith } from './open-app.js';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly calls: number;
  readonly errors: readonly unknown[];
}

/** Sends a request without a token to a guarded route. */
async function refuse(onRefusal: RefusalHandler, onSend = false): Promise<Answer> {
  const api = openApi({ onRefusal });
  const app = openApp();
  const errors: unknown[] = [];
  let calls = 0;
  if (onSend) {
    app.addHook('onSend', async (_request, _reply, payload) => {
      await new Promise(setImmediate);
      return payload;
    });
  }
  app.setErrorHandler((error, _request, reply) => {
    errors.push(error);
    void reply.code(500).send('failed');
  });
  app.get('/', { onRequest: api.requireScope('read') }, () => (calls += 1));
  const { statusCode, body } = await app.inject('/');
  return { status: statusCode, body, calls, errors };
}

const DEFAULT = '{"type":"about:blank","title":"Unauthorized","status":401,"scope":"read"}';
const own = { status: 418, body: 'own', calls: 0, errors: [] };
const byDefault = { status: 401, body: DEFAULT, calls: 0, errors: [] };

describe('onRefusal on Fastify', () => {
  it.each<[string, RefusalHandler]>([
    ['sends', (_error, _request, reply) => void reply.code(418).send('own')],
    ['returns the reply that it sends', (_error, _request, reply) => reply.code(418).send('own')],
    [
      'returns the reply and sends later',
      (_error, _request, reply) => {
        setImmediate(() => void reply.code(418).send('own'));
        return reply;
      },
    ],
    [
      'sends before its promise settles',
      async (_error, _request, reply) => {
        await new Promise(setImmediate);
        await reply.code(418).send('own');
      },
    ],
    [
      'sends and fails',
      (_error, _request, reply) => {
        void reply.code(418).send('own');
        throw new Error('late');
      },
    ],
    [
      'writes to the raw response',
      (_error, _request, reply) => {
        reply.hijack();
        reply.raw.writeHead(418).end('own');
      },
    ],
    [
      'begins a raw response that it ends later',
      (_error, _request, reply) => {
        reply.raw.writeHead(418).write('o');
        setImmediate(() => reply.raw.end('wn'));
      },
    ],
  ])('answers instead of the guard if it %s', async (_what, onRefusal) => {
    expect(await refuse(onRefusal)).toEqual(own);
    expect(await refuse(onRefusal, true)).toEqual(own);
  });

  // A failure goes to the error handler, and what never settles is answered after 10 s.
  const returned = Object.entries(ODD_VALUES).filter(([name]) => !/reject|throws|never/.test(name));
  it.each(returned)('is followed by the default answer: %s', async (_name, odd) => {
    expect(await refuse(odd)).toEqual(byDefault);
    expect(await refuse(async () => Promise.resolve(odd()))).toEqual(byDefault);
  });

  it('gets the whole challenge, and may send the default answer', async () => {
    const seen: unknown[] = [];
    const onRefusal: RefusalHandler = (error, request, reply) => {
      seen.push(error.headers, request.url, reply.statusCode);
      sendRefusal(error, reply);
      sendRefusal(error, reply);
    };
    expect(await refuse(onRefusal)).toEqual(byDefault);
    const challenge = 'Bearer realm="https://api.example.com", scope="read"';
    expect(seen).toEqual([{ 'WWW-Authenticate': challenge }, '/', 200]);
  });

  const failure = new Error('broken');
  it.each<[string, RefusalHandler]>([
    ['throws', () => { throw failure; }], // prettier-ignore
    ['rejects', () => Promise.reject(failure)],
  ])('reaches the error handler once if it %s', async (_what, onRefusal) => {
    const expected = { status: 500, body: 'failed', calls: 0, errors: [failure] };
    expect(await refuse(onRefusal)).toEqual(expected);
  });

  it('is followed by the default answer after 10 s, and what it sends later is ignored', async () => {
    let late: () => unknown = () => undefined;
    const api = openApi({
      onRefusal: ((_error, _request, reply) => {
        late = () => reply.send('late');
        return new Promise(() => undefined);
      }) satisfies RefusalHandler,
    });
    const app = openApp();
    app.post('/', { onRequest: api.requireScope('read') }, () => 'open');
    const url = await listen(app);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const timers = vi.getTimerCount();
    const answered = sendLines(url, ['POST / HTTP/1.1', 'Content-Length: 2'], '{');
    await vi.waitUntil(() => vi.getTimerCount() > timers, { interval: 1 });
    vi.advanceTimersByTime(10_000);
    late();
    vi.advanceTimersByTime(5_000);
    expect(await answered).toContain(DEFAULT);
  });

  it('leaves no timer behind when it has answered', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let during = 0;
    const before = vi.getTimerCount();
    const answer = await refuse((_error, _request, reply) => {
      during = vi.getTimerCount();
      void reply.code(418).send('own');
    });
    expect(answer).toEqual(own);
    expect([during, vi.getTimerCount()]).toEqual([before + 1, before]);
  });

  it('answers with Connection: close if the body has not been read', async () => {
    const onRefusal: RefusalHandler = (_error, _request, reply) => void reply.code(418).send('own');
    const api = openApi({ onRefusal });
    const app = openApp();
    app.post('/', { onRequest: api.requireScope('read') }, () => 'open');
    const lines = ['POST / HTTP/1.1', 'Content-Length: 2'];
    const unread = await sendLines(await listen(app), lines, '{}');
    expect(unread).toMatch(/^HTTP\/1\.1 418 .*\r\nConnection: close\r\n/is);
    expect(unread).toMatch(/\r\n\r\nown$/);
  });

  it('must be a function', () => {
    expect(() => openApi({ onRefusal: 'no' })).toThrow(
      new TypeError('option "onRefusal" must be a function'),
    );
  });
});

describe('errorHandler() on Fastify', () => {
  it('answers refusals that handlers throw as a guard does, with one event', async () => {
    const events = listenToDecisions();
    const api = openApi();
    const app = openApp();
    const write = api.policy({ scope: 'write' });
    app.setErrorHandler(api.errorHandler());
    app.get('/', { onRequest: api.requireScope('read') }, (request) => {
      api.assertAllowed(request, write);
      return 'open';
    });
    const { statusCode, headers, body } = await app.inject({
      url: '/',
      headers: tokenWith('read'),
    });
    expect([statusCode, headers['content-type'], headers['www-authenticate']]).toEqual([
      403,
      'application/problem+json',
      'Bearer realm="https://api.example.com", error="insufficient_scope", error_description="the access token lacks scope for this resource", scope="read write"',
    ]);
    expect(JSON.parse(body)).toMatchObject({ status: 403, scope: 'read write' });
    expect(events.map(({ outcome }) => outcome)).toEqual(['refused']);
  });

  it('answers what onRefusal throws by default, with the event of the guard', async () => {
    const events = listenToDecisions();
    const api = openApi({
      onRefusal: ((error) => {
        throw error;
      }) satisfies RefusalHandler,
    });
    const app = openApp();
    app.setErrorHandler(api.errorHandler());
    app.get('/', { onRequest: api.requireScope('read') }, () => 'open');
    const { statusCode, body } = await app.inject('/');
    expect([statusCode, body, events.length]).toEqual([401, DEFAULT, 1]);
  });

  it.each<[string, unknown]>([
    ['an Error', new Error('broken')],
    ['an Error with a status', Object.assign(new Error('teapot'), { statusCode: 418 })],
    ['a string', 'broken'],
    ['null', null],
    ['undefined', undefined],
  ])('passes %s on to Fastify', async (_what, thrown) => {
    const answerOf = async (withHandler: boolean): Promise<unknown> => {
      const app = openApp();
      if (withHandler) app.setErrorHandler(openApi().errorHandler());
      app.get('/', () => Promise.reject(thrown as Error));
      const { statusCode, headers, body } = await app.inject('/');
      return [statusCode, headers['content-type'], body];
    };
    expect(await answerOf(true)).toEqual(await answerOf(false));
  });

  it('passes other errors of a plugin on to the error handler of its parent', async () => {
    const api = openApi();
    const app = openApp();
    app.setErrorHandler((_error, _request, reply) => reply.code(500).send('parent'));
    await app.register((v1, _options, done) => {
      v1.setErrorHandler(api.errorHandler());
      v1.get('/error', () => Promise.reject(new Error('broken')));
      v1.get('/refusal', () => Promise.reject(new InsufficientScopeError('check')));
      done();
    });
    expect((await app.inject('/error')).body).toBe('parent');
    expect((await app.inject('/refusal')).statusCode).toBe(403);
  });

  it('must be called', () => {
    const api = openApi();
    expect(() => api.errorHandler(...([1] as never[]))).toThrow(/write api\.errorHandler\(\)$/);
  });
});

describe('refusal that a handler throws on Fastify without an error handler', () => {
  it('has its status and its challenge', async () => {
    const app = openApp();
    app.get('/', () => Promise.reject(new InsufficientScopeError('scope')));
    const { statusCode, headers } = await app.inject('/');
    expect([statusCode, headers['www-authenticate']]).toEqual([
      403,
      'Bearer error="insufficient_scope", error_description="the access token lacks scope for this resource"',
    ]);
  });
});
