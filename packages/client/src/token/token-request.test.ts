import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import {
  createGate,
  createStubTokenServer,
  grantToken,
  ISSUER,
  metadata,
  refuseToken,
  RESOURCE,
  type SeenRequest,
  type StubTokenServer,
  TOKEN_ENDPOINT,
} from '../../../../test/support/stub-token-server.js';
import { createBoundedFetch } from '../server/bounded-fetch.js';
import {
  type ClientAuthentication,
  clientSecretBasic,
  clientSecretPost,
  findCredentialReader,
  privateKeyJwt,
} from '../credential/client-authentication.js';
import { TokenRequestError } from '../errors.js';
import { createMetadataSource } from '../server/discovery.js';
import type { TokenGrant } from './token-response.js';
import { requestToken } from './token-request.js';
import { resolveTokenTarget, type TokenSourceOptions } from './token-target.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';

interface RequestParts {
  readonly authentication?: ClientAuthentication;
  readonly target?: TokenSourceOptions;
  readonly clock?: () => number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onRetry?: () => void;
}

function throwText(): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- any value can be thrown
  throw 'canary';
}

const TARGET = { resource: RESOURCE, scope: 'read:analytics' };

function request(server: StubTokenServer, parts: RequestParts = {}): Promise<TokenGrant> {
  const { authentication = clientSecretBasic(() => 'secret'), target = TARGET } = parts;
  const { clock = Date.now, timeoutMs = 60_000, onRetry = () => undefined } = parts;
  const { signal = new AbortController().signal } = parts;
  const fetch = createBoundedFetch({ fetch: server.fetch, timeoutMs: 60_000, signal });
  const metadataOptions = {
    issuer: ISSUER,
    tokenEndpoint: undefined,
    useMtlsAliases: false,
    allowHttp: false,
  };
  const readCredential = findCredentialReader(authentication);
  if (readCredential === undefined) throw new TypeError('no credential');
  return requestToken(
    resolveTokenTarget(target),
    {
      clientId: 'nightly-report',
      readMetadata: createMetadataSource({ ...metadataOptions, fetch, clock }),
      readCredential,
      proofs: undefined,
      timeoutMs,
      fetch,
      clock,
      signal,
    },
    onRetry,
  );
}

describe('requestToken', () => {
  it('rfc6749#3.2/token-request-is-form-post: sends one form-encoded POST with nothing in the URL', async () => {
    const server = createStubTokenServer();
    const grant = await request(server, {
      target: { ...TARGET, scope: 'b a', parameters: { audience: 'x y' } },
    });
    const [sent] = server.tokenRequests;
    expect(grant.value).toBe('token-1');
    expect([sent?.url, sent?.method, sent?.headers.get('content-type')]).toEqual([
      TOKEN_ENDPOINT,
      'POST',
      'application/x-www-form-urlencoded;charset=UTF-8',
    ]);
    expect([...new URLSearchParams(sent?.body)]).toEqual([
      ['audience', 'x y'],
      ['resource', RESOURCE],
      ['scope', 'b a'],
      ['grant_type', 'client_credentials'],
    ]);
  });

  it('sends no parameter that is not configured', async () => {
    const server = createStubTokenServer();
    await request(server, { target: {} });
    expect(server.tokenRequests[0]?.body).toBe('grant_type=client_credentials');
  });

  it.each([
    ['Basic', clientSecretBasic(() => 'secret'), { names: [], hasHeader: true }],
    [
      'post',
      clientSecretPost(() => 'secret'),
      { names: ['client_id', 'client_secret'], hasHeader: false },
    ],
  ])(
    'rfc6749#2.3/one-authentication-method: authenticates by one method: %s',
    async (_case, authentication, { names, hasHeader }) => {
      const server = createStubTokenServer();
      await request(server, { authentication });
      const [sent] = server.tokenRequests;
      const form = new URLSearchParams(sent?.body);
      expect([...form.keys()].filter((name) => name.startsWith('client_'))).toEqual(names);
      expect(sent?.headers.has('authorization')).toBe(hasHeader);
    },
  );

  it('dates assertions by the given clock', async () => {
    const server = createStubTokenServer();
    const { privateKey } = createKeyPair('ed25519');
    const nowMs = Date.now() + 3_600_000;
    await request(server, { authentication: privateKeyJwt(() => privateKey), clock: () => nowMs });
    const assertion = new URLSearchParams(server.tokenRequests[0]?.body).get('client_assertion');
    const payload = Buffer.from(assertion?.split('.')[1] ?? '', 'base64url').toString();
    const { iat } = JSON.parse(payload) as { iat: number };
    expect(Math.abs(iat - nowMs / 1_000)).toBeLessThan(60);
  });

  it('rfc8414#3.3/no-credential-by-other-metadata: reads no credential when the metadata names a different issuer', async () => {
    const server = createStubTokenServer();
    server.onMetadata = () => Response.json(metadata({ issuer: 'https://evil.example.com' }));
    const readSecret = vi.fn(() => 'secret');
    const outcome = request(server, { authentication: clientSecretBasic(readSecret) });
    await expect(outcome).rejects.toMatchObject({ reason: 'issuer' });
    expect(readSecret).not.toHaveBeenCalled();
    expect(server.tokenRequests).toEqual([]);
  });

  it.each([
    ['Basic', clientSecretBasic],
    ['post', clientSecretPost],
  ])(
    'reads a rejected secret again, and uses it when it has changed: %s',
    async (_case, create) => {
      const server = createStubTokenServer();
      const secrets = ['old', 'new'];
      const onRetry = vi.fn();
      server.onToken = ({ headers, body }) => {
        const basic = Buffer.from(
          headers.get('authorization')?.slice(6) ?? '',
          'base64',
        ).toString();
        const isNew = `${basic}&${body}`.includes('new');
        return isNew ? grantToken() : refuseToken('invalid_client');
      };
      const authentication = create(() => secrets.shift() ?? 'gone');
      expect((await request(server, { authentication, onRetry })).value).toBe('token');
      expect([server.tokenRequests.length, onRetry.mock.calls.length]).toEqual([2, 1]);
    },
  );

  it('rfc6749#5.2/endpoint-errors-distinguished: does not send a rejected secret again', async () => {
    const server = createStubTokenServer();
    server.onToken = () => refuseToken('invalid_client');
    const readSecret = vi.fn(() => 'secret');
    const outcome = request(server, { authentication: clientSecretBasic(readSecret) });
    await expect(outcome).rejects.toMatchObject({ error: 'invalid_client', status: 401 });
    expect([server.tokenRequests.length, readSecret.mock.calls.length]).toEqual([1, 2]);
  });

  it.each([
    ['an error with the status 200', () => Response.json({ error: 'invalid_client' })],
    ['401 without an error', () => new Response('no', { status: 401 })],
    ['403 without an error', () => new Response(null, { status: 403 })],
  ])('reads a secret again after %s, and uses it when it has changed', async (_case, refuse) => {
    const server = createStubTokenServer();
    const secrets = ['old', 'new'];
    server.onToken = ({ body }) => (body.includes('new') ? grantToken() : refuse());
    const authentication = clientSecretPost(() => secrets.shift() ?? 'gone');
    expect((await request(server, { authentication })).value).toBe('token');
    expect(server.tokenRequests).toHaveLength(2);
  });

  const ENCODED = 'which some servers do not decode; if this one does not, use clientSecretPost()';
  it.each([
    ['the client secret changes', 's%cret', refuseToken('invalid_client')],
    ['the client secret changes', 's%cret', new Response(null, { status: 403 })],
    ['the client secret changes', 's%cret', Response.json({ error: 'invalid_client' })],
  ])('names the cause when %s under form encoding', async (what, secret, response) => {
    const server = createStubTokenServer();
    server.onToken = () => response;
    const outcome = request(server, { authentication: clientSecretBasic(() => secret) });
    const error: unknown = await outcome.catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(`; ${what} under form encoding, ${ENCODED}`);
    expect(inspect(error)).not.toContain('cret%');
    expect(inspect(error)).not.toContain('s%');
  });

  it.each([
    ['an unchanged secret', 'invalid_client', clientSecretBasic(() => 's-e_c.r~t')],
    ['clientSecretPost', 'invalid_client', clientSecretPost(() => 's%cret')],
    ['another error', 'invalid_scope', clientSecretBasic(() => 's%cret')],
  ])('does not blame the encoding for %s', async (_case, error, authentication) => {
    const server = createStubTokenServer();
    server.onToken = () => refuseToken(error);
    await expect(request(server, { authentication })).rejects.toThrow(
      new RegExp(`with error "${error}" and status \\d+$`),
    );
  });

  it('names the audience when an assertion is refused', async () => {
    const server = createStubTokenServer();
    server.onToken = () => refuseToken('invalid_client');
    const authentication = privateKeyJwt(() => createKeyPair('ed25519').privateKey);
    await expect(request(server, { authentication })).rejects.toThrow(
      /status 401; the audience of the assertion is the issuer, .* set the option "audience" of privateKeyJwt/,
    );
  });

  it('repeats the request only once, even with a changed secret', async () => {
    const server = createStubTokenServer();
    server.onToken = () => refuseToken('invalid_client');
    let version = 0;
    const authentication = clientSecretBasic(() => `secret-${(version += 1)}`);
    await expect(request(server, { authentication })).rejects.toMatchObject({
      error: 'invalid_client',
    });
    expect(server.tokenRequests).toHaveLength(2);
  });

  it('reads invalid_client from the body of a response with a challenge', async () => {
    const server = createStubTokenServer();
    server.onToken = () =>
      Response.json(
        { error: 'invalid_client' },
        { status: 401, headers: { 'www-authenticate': 'Basic realm="auth"' } },
      );
    await expect(request(server)).rejects.toMatchObject({ error: 'invalid_client', status: 401 });
  });

  it.each(['invalid_scope', 'invalid_target', 'unauthorized_client'])(
    'does not repeat a request that is refused as %s',
    async (error) => {
      const server = createStubTokenServer();
      server.onToken = () => refuseToken(error);
      await expect(request(server)).rejects.toMatchObject({ error });
      expect(server.tokenRequests).toHaveLength(1);
    },
  );

  it.each([
    [
      'throws',
      () => Promise.reject(Object.assign(new Error('canary'), { code: 'EACCES' })),
      'EACCES',
    ],
    ['throws a value that is not an error', throwText, undefined],
    ['returns an empty string', () => '', 'the secret must be a non-empty string'],
    [
      'returns undefined',
      () => undefined as unknown as string,
      'the secret must be a non-empty string',
    ],
  ])('rejects when the reader of the secret %s', async (_case, readSecret, code) => {
    const outcome = request(createStubTokenServer(), {
      authentication: clientSecretBasic(readSecret),
    });
    const error: unknown = await outcome.catch((thrown: unknown) => thrown);
    const detail = code === undefined ? '' : `: ${code}`;
    expect(error).toMatchObject({
      reason: 'credential',
      message: `the credential of the client cannot be read${detail}`,
    });
    expect(inspect(error, { depth: 9 })).not.toContain('canary');
  });

  it('passes on a TokenRequestError of a reader', async () => {
    const own = new TokenRequestError('credential', { detail: 'not today' });
    const authentication = clientSecretBasic(() => Promise.reject(own));
    await expect(request(createStubTokenServer(), { authentication })).rejects.toBe(own);
  });

  it('rejects when a key cannot sign', async () => {
    const { privateKey } = createKeyPair('rsa', { modulusLength: 1024 });
    const authentication = privateKeyJwt(() => privateKey);
    await expect(request(createStubTokenServer(), { authentication })).rejects.toMatchObject({
      reason: 'credential',
    });
  });

  it('times out when a reader does not finish', async () => {
    const authentication = clientSecretBasic(() => createGate<string>().promise);
    const outcome = request(createStubTokenServer(), { authentication, timeoutMs: 1 });
    await expect(outcome).rejects.toMatchObject({
      message: 'the credential of the client cannot be read: timed out after 1 ms',
    });
  });

  it.each([
    ['the secret', clientSecretBasic(() => 'canary'), () => 'canary'],
    [
      'the Basic credentials',
      clientSecretBasic(() => 'canary'),
      ({ headers }: SeenRequest) => headers.get('authorization')?.slice(6),
    ],
    ['the secret in the body', clientSecretPost(() => 'ca nary'), () => 'ca nary'],
    [
      'the assertion',
      privateKeyJwt(() => createKeyPair('ed25519').privateKey),
      ({ body }: SeenRequest) => new URLSearchParams(body).get('client_assertion'),
    ],
  ])('omits a description that repeats %s', async (_case, authentication, pick) => {
    const server = createStubTokenServer();
    let repeated = '';
    server.onToken = (sent) => {
      repeated = pick(sent) ?? '';
      return refuseToken('invalid_request', { error_description: `no: ${repeated}` });
    };
    await expect(request(server, { authentication })).rejects.toMatchObject({
      error: 'invalid_request',
      description: undefined,
    });
    expect(repeated).not.toBe('');
  });
});
