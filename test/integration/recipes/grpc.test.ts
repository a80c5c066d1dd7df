import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { guardCalls, tokens } from './grpc-server.js';
import { openRecipeFixture, type RecipeFixture } from './recipe-fixture.js';

const READ = '/sales.Analytics/Read';
const WATCH = '/sales.Analytics/Watch';
const FORGOTTEN = '/sales.Analytics/Forgotten';

const serialize = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const deserialize = (octets: Buffer): unknown => JSON.parse(octets.toString());
const codec = {
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
  requestStream: false,
};

type Watching = ServerWritableStream<unknown, unknown>;

let fixture: RecipeFixture;
let watching: Watching[];
let client: Client;

beforeEach(async () => {
  fixture = await openRecipeFixture();
  watching = [];
  client = await openClient();
});

/** Serves three methods, one of which has no scope. */
async function openClient(): Promise<Client> {
  const verifier = createAccessTokenVerifier(fixture.issuer.options());
  const scopes = new Map([READ, WATCH].map((path) => [path, 'read:analytics']));
  const server = new Server({ interceptors: [guardCalls(verifier, scopes)] });
  server.addService(
    {
      read: { ...codec, path: READ, responseStream: false },
      watch: { ...codec, path: WATCH, responseStream: true },
      forgotten: { ...codec, path: FORGOTTEN, responseStream: false },
    },
    { read, forgotten: read, watch },
  );
  const port = await new Promise<number>((resolve, reject) => {
    const insecure = ServerCredentials.createInsecure();
    server.bindAsync('127.0.0.1:0', insecure, (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  const opened = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => {
    opened.close();
    server.forceShutdown();
    verifier.close();
  });
  return opened;
}

/** Responds with everything that a handler could forward. */
function read(
  { metadata }: ServerUnaryCall<unknown, unknown>,
  respond: (error: null, value: unknown) => void,
): void {
  respond(null, { client: tokens.get(metadata)?.clientId, metadata: metadata.getMap() });
}

/** Writes until the call is over. */
function watch(stream: Watching): void {
  watching.push(stream);
  const write = (): void => {
    if (!stream.cancelled) stream.write('row', () => void setImmediate(write));
  };
  write();
}

function metadataWith(authorization: string | undefined): Metadata {
  const metadata = new Metadata();
  metadata.set('tenant', 'north');
  if (authorization !== undefined) metadata.set('authorization', authorization);
  return metadata;
}

/** The response to a call, or the error that ended it. */
function call(path: string, authorization?: string): Promise<unknown> {
  return new Promise((resolve) => {
    const metadata = metadataWith(authorization);
    client.makeUnaryRequest(path, serialize, deserialize, {}, metadata, (error, value) => {
      resolve(error ?? value);
    });
  });
}

function challengeOf({ metadata }: ServiceError): unknown {
  return metadata.get('www-authenticate')[0];
}

describe('guardCalls() of the gRPC recipe', () => {
  it('lets a call with the scope of its method through, without its token', async () => {
    const response = await call(READ, fixture.permitted);
    expect(response).toEqual({
      client: 'reports',
      metadata: expect.objectContaining({ tenant: 'north' }) as unknown,
    });
    expect(response).not.toHaveProperty('metadata.authorization');
    fixture.expectNoTokens(response);
  });

  it.each([undefined, '', 'Basic YTpi'])(
    'refuses a call without a token: authorization %j',
    async (authorization) => {
      const error = (await call(READ, authorization)) as ServiceError;
      expect(error).toMatchObject({
        code: status.UNAUTHENTICATED,
        details: 'the request carries no access token',
      });
      expect(challengeOf(error)).toBe('Bearer realm="sales"');
    },
  );

  it('refuses invalid tokens, and two tokens', async () => {
    for (const authorization of [...fixture.invalid, `${fixture.permitted}, Bearer a.b.c`]) {
      const error = (await call(READ, authorization)) as ServiceError;
      expect(error.code).toBe(status.UNAUTHENTICATED);
      expect(challengeOf(error)).toMatch(/^Bearer error="invalid_(?:token|request)"/);
      fixture.expectNoTokens(error);
    }
  });

  it('refuses a token that lacks the scope of the method, and names this scope', async () => {
    const error = (await call(READ, fixture.narrow)) as ServiceError;
    expect(error).toMatchObject({ code: status.PERMISSION_DENIED });
    expect(challengeOf(error)).toContain('error="insufficient_scope"');
    expect(challengeOf(error)).toContain('scope="read:analytics"');
    fixture.expectNoTokens(error);
  });

  it('refuses every token for a method without a scope', async () => {
    const error = await call(FORGOTTEN, fixture.permitted);
    expect(error).toMatchObject({ code: status.PERMISSION_DENIED });
  });

  it('responds UNAVAILABLE while the keys are unavailable', async () => {
    fixture.issuer.fault('jwks', { kind: 'status', status: 503, times: 9 });
    const error = (await call(READ, fixture.permitted)) as ServiceError;
    expect(error).toMatchObject({
      code: status.UNAVAILABLE,
      details: 'try again later',
    });
    expect(challengeOf(error)).toBeUndefined();
    fixture.expectNoTokens(error);
  });

  it('ends a stream when its token expires, even while the handler writes', async () => {
    const metadata = metadataWith(fixture.permitted);
    const stream = client.makeServerStreamRequest(WATCH, serialize, deserialize, {}, metadata);
    const ended = new Promise<StatusObject>((resolve) => void stream.on('status', resolve));
    stream.on('error', () => undefined).on('data', () => undefined);
    stream.once('data', fixture.expire);
    expect(await ended).toMatchObject({
      code: status.UNAUTHENTICATED,
      details: 'the access token has expired',
    });
    expect(watching.map(({ cancelled }) => cancelled)).toEqual([true]);
    fixture.expectNoTokens(await ended);
  });

  it('ends the watch of a token with its call', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await call(READ, fixture.narrow); // opens the connection and fetches the keys
    const before = vi.getTimerCount();
    await call(READ, fixture.permitted);
    await vi.waitUntil(() => vi.getTimerCount() === before);
  });
});
