import { getEventListeners, once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ExchangeOptions } from './exchange.js';
import { ExchangeError, type ExchangeReason } from './exchange-error.js';
import { exchangeJson, type JsonExchange } from './exchange-json.js';

const SECRET = 'content-of-the-body';

let server: Server;
let origin: string;
let answer: RequestListener;
let asked: IncomingMessage[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    // One connection per exchange, so that tests do not affect each other.
    response.setHeader('connection', 'close');
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  asked = [];
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const options: ExchangeOptions = {
  fetch,
  timeoutMs: 10_000,
  maxBytes: 1_000,
  mediaTypes: ['application/json', 'application/jwk-set+json'],
};

function exchange(changes: Partial<ExchangeOptions> = {}): Promise<JsonExchange> {
  return exchangeJson(new URL('/document', origin), { ...options, ...changes });
}

function respond(
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
  status = 200,
): void {
  answer = (_request, response) => response.writeHead(status, headers).end(body);
}

/** Returns the error of an exchange that fails. */
async function failureOf(exchanging: Promise<unknown>): Promise<ExchangeError> {
  const error: unknown = await exchanging.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ExchangeError)) throw new Error('no ExchangeError', { cause: error });
  expect(error).toMatchObject({ name: 'ExchangeError', code: 'ERR_EXCHANGE' });
  expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
  return error;
}

async function reasonOf(exchanging: Promise<unknown>): Promise<ExchangeReason> {
  return (await failureOf(exchanging)).reason;
}

describe('exchangeJson, a document', () => {
  it('is parsed and returned with its headers', async () => {
    respond('{"a":[1,"é"]}', { 'content-type': 'application/json', etag: '"1"' });
    const answered = await exchange();
    expect(answered).toMatchObject({ status: 200, body: { a: [1, 'é'] } });
    expect(answered.headers.get('etag')).toBe('"1"');
  });

  it('is requested by GET, with the media types and the given headers', async () => {
    respond('1');
    await exchange({ headers: { 'if-none-match': '"1"' } });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      method: 'GET',
      url: '/document',
      headers: {
        accept: 'application/json, application/jwk-set+json',
        'if-none-match': '"1"',
      },
    });
  });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset=utf-8',
    'application/jwk-set+json',
  ])('may be of media type %s', async (type) => {
    respond('null', { 'content-type': type });
    expect(await exchange()).toMatchObject({ body: null, hasExpectedMediaType: true });
  });

  it.each([
    ['no media type', {}],
    ['plain text', { 'content-type': 'text/plain; charset=utf-8' }],
    ['octets', { 'content-type': 'application/octet-stream' }],
    ['another JSON type', { 'content-type': 'application/problem+json' }],
    ['a media type that begins like JSON', { 'content-type': 'application/json5' }],
    ['JSON as a parameter', { 'content-type': 'text/plain; application/json' }],
    ['a type that begins like HTML', { 'content-type': 'text/htmlx' }],
  ])(
    'is returned with a mark when it is JSON of an unexpected type: %s',
    async (_case, headers) => {
      respond('{"a":1}', headers);
      expect(await exchange()).toMatchObject({ body: { a: 1 }, hasExpectedMediaType: false });
    },
  );

  it('may be as large as the limit', async () => {
    respond(`"${'a'.repeat(98)}"`);
    expect(await exchange({ maxBytes: 100 })).toMatchObject({ body: 'a'.repeat(98) });
  });

  it('is absent when a conditional request is answered with 304', async () => {
    respond('', { etag: '"1"', 'cache-control': 'max-age=60' }, 304);
    const answered = await exchange({ headers: { 'if-none-match': '"1"' } });
    expect(answered.status).toBe(304);
    expect(answered.headers.get('cache-control')).toBe('max-age=60');
  });
});

describe('exchangeJson, a response without a document', () => {
  it.each([300, 301, 302, 303, 307, 308, 399])(
    'is refused: redirect %d, not followed',
    async (status) => {
      respond('', { location: `${origin}/elsewhere` }, status);
      const error = await failureOf(exchange());
      expect(error).toMatchObject({
        reason: 'redirect',
        message: `GET ${origin}/document answered ${status} instead of 200; redirects are not followed`,
      });
      expect(asked).toHaveLength(1);
    },
  );

  it('is refused: 304 to a request that was not conditional', async () => {
    respond('', {}, 304);
    expect(await reasonOf(exchange())).toBe('redirect');
  });

  it.each([201, 204, 206, 400, 401, 404, 500, 503])('is refused: status %d', async (status) => {
    respond(status === 204 ? '' : `{"error":"${SECRET}"}`, undefined, status);
    const error = await failureOf(exchange());
    expect(error).toMatchObject({
      reason: 'status',
      message: `GET ${origin}/document answered ${status} instead of 200`,
    });
  });

  it.each(['text/html', 'text/html; charset=utf-8', 'Text/HTML', 'text/html;x=application/json'])(
    'is refused: %s, even if the body is JSON',
    async (type) => {
      respond('{}', { 'content-type': type });
      expect(await failureOf(exchange())).toMatchObject({
        reason: 'media_type',
        message: `GET ${origin}/document answered 200 with text/html instead of application/json or application/jwk-set+json`,
      });
    },
  );

  it.each([
    ['nothing', ''],
    ['a body that ends too soon', `{"a":"${SECRET}"`],
    ['trailing characters', `{"a":"${SECRET}"}x`],
    ['HTML', `<p>${SECRET}</p>`],
    ['invalid UTF-8', Buffer.concat([Buffer.from(`"${SECRET}`), Buffer.from([0xff, 0x22])])],
  ])('is refused: not JSON: %s', async (_case, body) => {
    respond(body);
    const error = await failureOf(exchange());
    expect(error).toMatchObject({
      reason: 'json',
      message: `GET ${origin}/document answered 200 with a body that is not JSON`,
    });
    expect(error.cause).toBeUndefined();
  });

  it('is refused: a response without a body', async () => {
    const bodiless = (): Promise<Response> =>
      Promise.resolve(new Response(null, { headers: { 'content-type': 'application/json' } }));
    expect(await reasonOf(exchange({ fetch: bodiless }))).toBe('json');
  });
});

describe('exchangeJson, maxBytes', () => {
  it('is checked before the body is read, by content-length', async () => {
    answer = (_request, response) => {
      const headers = { 'content-type': 'application/json', 'content-length': '1001' };
      // The body is never sent: waiting for it would end in a timeout.
      response.writeHead(200, headers).flushHeaders();
    };
    expect(await failureOf(exchange())).toMatchObject({
      reason: 'too_large',
      message: `GET ${origin}/document answered 200 with more than 1000 bytes`,
    });
  });

  it('is checked while reading, and cancels an endless body', async () => {
    let closed: Promise<unknown> | undefined;
    answer = (_request, response) => {
      closed = once(response, 'close');
      response.writeHead(200, { 'content-type': 'application/json' });
      pour(response);
    };
    expect(await reasonOf(exchange())).toBe('too_large');
    await closed;
  });

  it('applies to the decoded body', async () => {
    const body = gzipSync(`"${'a'.repeat(100_000)}"`);
    expect(body.byteLength).toBeLessThan(options.maxBytes);
    respond(body, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'content-length': String(body.byteLength),
    });
    expect(await reasonOf(exchange())).toBe('too_large');
  });

  it('applies to the number of empty chunks as well', async () => {
    let taken = 0;
    function* empty(): Generator<Uint8Array> {
      // A hostile fetch may supply them without end, and no timer would ever run.
      for (; taken < 100_000; taken += 1) yield new Uint8Array();
    }
    const headers = new Headers({ 'content-type': 'application/json' });
    const endless = { status: 200, headers, body: empty() } as unknown as Response;
    expect(await reasonOf(exchange({ fetch: () => Promise.resolve(endless) }))).toBe('too_large');
    expect(taken).toBeLessThanOrEqual(options.maxBytes);
  });
});

/** Writes until the connection closes. */
function pour(response: ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && response.write('          '));
  };
  response.on('drain', more);
  more();
}

describe('exchangeJson, network failures', () => {
  it('reports a refused connection', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const error = await failureOf(exchangeJson(new URL(`http://127.0.0.1:${port}/`), options));
    expect(error.reason).toBe('network');
    expect(error.message).toMatch(/^GET http:\S+ failed: ECONNREFUSED$/);
    expect(error.systemCode).toBe('ECONNREFUSED');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('reports a body that breaks off', async () => {
    answer = (_request, response) => {
      const headers = { 'content-type': 'application/json', 'content-length': '100' };
      response.writeHead(200, headers).write('{"a":');
      setImmediate(() => response.destroy());
    };
    const error = await failureOf(exchange());
    expect(error.reason).toBe('network');
    expect(error.message).toMatch(/^GET http:\S+ failed while the body was read/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('reports a fetch that throws synchronously', async () => {
    const cause = new TypeError('unable');
    const failing = (): never => {
      throw cause;
    };
    const error = await failureOf(exchange({ fetch: failing }));
    expect(error).toMatchObject({ reason: 'network', cause });
  });
});

const never = (): Promise<never> => new Promise(() => undefined);

/** A response whose body begins and never ends, even if the request is aborted. */
function endless(): Promise<Response> {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(Buffer.from('{'));
    },
  });
  return Promise.resolve(new Response(body, { headers: { 'content-type': 'application/json' } }));
}

describe('exchangeJson, timeoutMs', () => {
  const silent: RequestListener = () => undefined;
  const stalling: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":');
  };

  it.each([
    ['a request without a response', silent],
    ['a body that does not end', stalling],
  ])('ends %s', async (_case, listener) => {
    answer = listener;
    expect(await failureOf(exchange({ timeoutMs: 20 }))).toMatchObject({
      reason: 'timeout',
      message: `GET ${origin}/document timed out after 20 ms`,
    });
  });

  it.each([
    ['does not answer', never],
    ['answers without end', endless],
  ])('ends a fetch that ignores its signal and %s', async (_case, stubborn) => {
    expect(await reasonOf(exchange({ fetch: stubborn, timeoutMs: 1 }))).toBe('timeout');
  });
});

describe('exchangeJson, the body of a response', () => {
  it.each<[string, ResponseInit, 'at once' | 'late']>([
    ['whose body does not end', { headers: { 'content-type': 'application/json' } }, 'at once'],
    ['with another status', { status: 500 }, 'at once'],
    ['with a redirect', { status: 302 }, 'at once'],
    ['with another media type', { headers: { 'content-type': 'text/html' } }, 'at once'],
    [
      'that is too large by content-length',
      { headers: { 'content-type': 'application/json', 'content-length': '1001' } },
      'at once',
    ],
    ['that comes after the timeout', {}, 'late'],
  ])('is cancelled when fetch ignores its signal: a response %s', async (_case, init, moment) => {
    let cancel = (): void => undefined;
    const cancelled = new Promise<void>((resolve) => (cancel = resolve));
    const stream = new ReadableStream({
      cancel() {
        cancel();
        throw new Error('a failed cancel is ignored');
      },
    });
    const stubborn = async (): Promise<Response> => {
      if (moment === 'late') await new Promise((resolve) => setTimeout(resolve, 5));
      return new Response(stream, init);
    };
    await failureOf(exchange({ fetch: stubborn, timeoutMs: 1 }));
    await cancelled;
  });

  it('is refused when it does not consist of bytes, or cannot be read', async () => {
    const headers = { 'content-type': 'application/json' };
    const locked = new Response('{}', { headers });
    locked.body?.getReader();
    const text = { status: 200, headers: new Headers(headers), body: ['{}'] };
    for (const garbage of [locked, text as unknown as Response]) {
      expect(await reasonOf(exchange({ fetch: () => Promise.resolve(garbage) }))).toBe('network');
    }
  });

  it('may have been read by fetch, such as for a log, when the status is reported', async () => {
    const logging = async (): Promise<Response> => {
      const response = new Response('not found', { status: 404 });
      await response.text();
      return response;
    };
    expect(await failureOf(exchange({ fetch: logging }))).toMatchObject({
      reason: 'status',
      status: 404,
    });
  });
});

describe('exchangeJson, signal', () => {
  it.each([
    ['does not answer', never],
    ['answers without end', endless],
  ])('ends a fetch that ignores it and %s', async (_case, stubborn) => {
    const controller = new AbortController();
    const exchanging = exchange({ fetch: stubborn, signal: controller.signal });
    controller.abort();
    expect(await failureOf(exchanging)).toMatchObject({
      reason: 'aborted',
      message: `GET ${origin}/document was aborted`,
    });
  });

  it('ends an exchange that is under way', async () => {
    const controller = new AbortController();
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      controller.abort();
    };
    expect(await reasonOf(exchange({ signal: controller.signal }))).toBe('aborted');
  });

  it('sends no request when it has aborted before', async () => {
    let fetched = 0;
    const counting = (): Promise<never> => {
      fetched += 1;
      return never();
    };
    const exchanging = exchange({ fetch: counting, signal: AbortSignal.abort() });
    expect(await reasonOf(exchanging)).toBe('aborted');
    expect(fetched).toBe(0);
  });

  it('has no listener once the exchange has ended', async () => {
    const { signal } = new AbortController();
    respond('{}');
    await exchange({ signal });
    await reasonOf(exchange({ signal, maxBytes: 1 }));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('of fetch aborts once the exchange has ended', async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    const spying: typeof fetch = (_url, init) => {
      signals.push(init?.signal);
      return Promise.resolve(new Response('{}', { headers: { 'content-type': 'text/html' } }));
    };
    await reasonOf(exchange({ fetch: spying }));
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });
});
