/** Introspection requests: their encoding, their credentials, and what they never reveal. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { inspect } from 'node:util';
import { INTROSPECTION_CHANNEL } from '@scopegate/access-token';
import { describe, expect, it } from 'vitest';
import { createIntrospectingVerifier, outcomeOf } from '../../support/introspection.js';
import { listenTo } from '../../support/listen-to.js';
import { openServer } from '../../support/listen.js';
import { openIssuer } from '../../support/test-issuers.js';

interface ReceivedRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Verifies a token at a hand-written endpoint, and returns the requests to it. */
async function received(
  token: string,
  introspection: Readonly<Record<string, unknown>> = {},
): Promise<readonly ReceivedRequest[]> {
  const requests: ReceivedRequest[] = [];
  const { href } = await openServer(
    createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        const { method, url, headers } = request;
        requests.push({ method, url, headers, body });
        response.end('{"active":false}');
      });
    }),
  );
  const issuer = await openIssuer();
  const given = { endpoint: `${href}introspect?tenant=a`, ...introspection };
  const verifier = createIntrospectingVerifier(issuer, { introspection: given });
  expect(await outcomeOf(verifier.verify(token))).toBe('inactive');
  return requests;
}

const TOKEN = 'a+/~._-b==';

describe('introspection request', () => {
  it('is a POST of a form with the token, which is not in the URL', async () => {
    const [request] = await received(TOKEN);
    expect(request).toMatchObject({
      method: 'POST',
      url: '/introspect?tenant=a',
      body: 'token=a%2B%2F%7E._-b%3D%3D&token_type_hint=access_token',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
      },
    });
    expect(new URLSearchParams(request?.body).get('token')).toBe(TOKEN);
  });

  it('authenticates by Basic with the encoding that servers decode, or do not', async () => {
    const clientSecret = (): string => 'a:b c+é/-_';
    const [request] = await received(TOKEN, { clientId: 'reports-api', clientSecret });
    const [scheme, credentials = ''] = request?.headers.authorization?.split(' ') ?? [];
    expect(scheme).toBe('Basic');
    expect(Buffer.from(credentials, 'base64').toString()).toBe('reports-api:a%3Ab+c%2B%C3%A9%2F-_');
    expect(request?.body).not.toContain('client_');
  });

  it('authenticates in the body by client_secret_post', async () => {
    const [request] = await received(TOKEN, {
      clientId: 'reports api',
      clientSecret: () => Promise.resolve('s&='),
      clientAuthenticationMethod: 'client_secret_post',
    });
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.body).toContain('&client_id=reports+api&client_secret=s%26%3D');
  });

  it('authenticates by the function of the application', async () => {
    const [request] = await received(TOKEN, {
      clientId: undefined,
      clientSecret: undefined,
      authenticate: async (form: URLSearchParams, headers: Headers) => {
        await Promise.resolve();
        form.set('client_assertion', 'x.y.z');
        headers.set('authorization', 'Bearer management');
      },
    });
    expect(request?.headers.authorization).toBe('Bearer management');
    expect(request?.body).toContain('client_assertion=x.y.z');
  });

  it('reads the secret each time, so that it can be rotated', async () => {
    const issuer = await openIssuer();
    const { clientId, clientSecret } = issuer.introspectionClient;
    const secrets = ['old', clientSecret()];
    const verifier = createIntrospectingVerifier(issuer, {
      introspection: { clientId, clientSecret: () => secrets.shift() ?? '' },
    });
    const token = await issuer.opaque();
    expect(await outcomeOf(verifier.verify(token))).toBe('503 credentials_refused');
    issuer.clock.advance(1_000);
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted');
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no secret');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no secret'))],
    ['returns nothing', () => undefined],
    ['returns an empty string', () => ''],
    ['returns half of a surrogate pair', () => '\ud800'],
    ['returns null', () => null],
    ['never settles', () => new Promise(() => undefined)],
  ])('is not sent when the function for the secret %s', async (_what, clientSecret) => {
    const issuer = await openIssuer();
    const endpoint = issuer.introspectionEndpoint;
    const introspection = { clientSecret, endpoint, timeoutMs: 50 };
    const verifier = createIntrospectingVerifier(issuer, { introspection });
    const token = await issuer.opaque();
    expect(await outcomeOf(verifier.verify(token))).toBe('503 credentials_unreadable');
    expect(issuer.requests.introspection).toBe(0);
  });

  it.each([
    ['an outage', { kind: 'down' }],
    ['refused credentials', { kind: 'status', status: 401 }],
    ['a response that quotes the token', { kind: 'body', body: '' }],
  ] as const)('leaves no token and no secret in errors and events: %s', async (_what, fault) => {
    const issuer = await openIssuer();
    const events = listenTo(INTROSPECTION_CHANNEL);
    const secret = 'f3cc6a8b-secret';
    const verifier = createIntrospectingVerifier(issuer, {
      introspection: { clientSecret: () => secret, endpoint: issuer.introspectionEndpoint },
    });
    const token = await issuer.opaque();
    issuer.fault('introspection', 'body' in fault ? { ...fault, body: token } : fault);
    const error: unknown = await verifier.verify(token).catch((reason: unknown) => reason);
    const basic = Buffer.from(secret).toString('base64').slice(0, 12);
    const shown = inspect([error, events, verifier.health()], { depth: 12, showHidden: true });
    for (const hidden of [token, secret, basic, encodeURIComponent(token)]) {
      expect(shown).not.toContain(hidden);
    }
  });
});
