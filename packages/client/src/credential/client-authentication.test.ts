import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  clientSecretBasic,
  clientSecretPost,
  findCredentialReader,
  type PrivateKeyJwtOptions,
  privateKeyJwt,
  tlsClientAuth,
} from './client-authentication.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';

const { privateKey, privateJwk } = createKeyPair('P-256');
const ed25519 = createKeyPair('ed25519').privateKey;
const AS = {
  issuer: 'https://auth.example.com',
  token_endpoint: 'https://auth.example.com:443/token',
  mtls_endpoint_aliases: { token_endpoint: 'https://mtls.example.com/token' },
};

/** Returns the credentials of one token request. */
async function authenticate(
  authentication: unknown,
  clientId = 'nightly-report',
): Promise<{ headers: Record<string, string>; form: Record<string, string> }> {
  const credential = await findCredentialReader(authentication)?.();
  const headers = new Headers();
  const body = new URLSearchParams();
  await credential?.authenticate(AS, { client_id: clientId }, body, headers);
  return { headers: Object.fromEntries(headers), form: Object.fromEntries(body) };
}

function decode(part: string | undefined): unknown {
  return JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
}

describe('clientSecretBasic', () => {
  it('rfc6749#2.3.1/basic-parts-form-encoded: form-encodes client id and secret before it joins them', async () => {
    const authentication = clientSecretBasic(() => Promise.resolve('p%+é/='));
    const { headers, form } = await authenticate(authentication, 'a:b c');
    const [scheme, credentials = ''] = headers['authorization']?.split(' ') ?? [];
    expect(scheme).toBe('Basic');
    const joined = Buffer.from(credentials, 'base64').toString();
    expect(joined.split(':').map((part) => new URLSearchParams(`v=${part}`).get('v'))).toEqual([
      'a:b c',
      'p%+é/=',
    ]);
    expect(form).toEqual({});
  });
});

describe('clientSecretPost', () => {
  it('sends client id and secret only in the body', async () => {
    const { headers, form } = await authenticate(clientSecretPost(() => 'p%+é/='));
    expect(headers).toEqual({});
    expect(form).toEqual({ client_id: 'nightly-report', client_secret: 'p%+é/=' });
  });
});

describe('privateKeyJwt', () => {
  it('rfc7523bis#4/assertion-for-issuer-once: signs an assertion for the issuer', async () => {
    const { headers, form } = await authenticate(privateKeyJwt(() => privateKey, { kid: 'k1' }));
    const [header, payload] = form['client_assertion']?.split('.') ?? [];
    expect(headers).toEqual({});
    expect(form).toMatchObject({
      client_id: 'nightly-report',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    expect(decode(header)).toEqual({ alg: 'ES256', kid: 'k1', typ: 'client-authentication+jwt' });
    expect(decode(payload)).toEqual({
      iss: 'nightly-report',
      sub: 'nightly-report',
      aud: 'https://auth.example.com',
      jti: expect.stringMatching(/^.{20,}$/) as string,
      iat: expect.any(Number) as number,
      nbf: expect.any(Number) as number,
      exp: expect.any(Number) as number,
    });
  });

  it('rfc7523bis#4/assertion-for-issuer-once: never signs the same assertion twice', async () => {
    const authentication = privateKeyJwt(() => privateKey);
    const jtis = await Promise.all(
      [1, 2].map(async () => {
        const { form } = await authenticate(authentication);
        return (decode(form['client_assertion']?.split('.')[1]) as { jti: string }).jti;
      }),
    );
    expect(new Set(jtis).size).toBe(2);
  });

  it.each([
    [undefined, 'Ed25519'],
    ['Ed25519', 'Ed25519'],
    ['EdDSA', 'EdDSA'],
  ] as const)('asked for %s names the algorithm %s', async (alg, expected) => {
    const { form } = await authenticate(privateKeyJwt(() => ed25519, { alg }));
    expect(decode(form['client_assertion']?.split('.')[0])).toMatchObject({ alg: expected });
  });

  it.each([
    [undefined, AS.issuer, 'client-authentication+jwt'],
    ['issuer', AS.issuer, 'client-authentication+jwt'],
    ['token_endpoint', AS.token_endpoint, undefined],
    ['both', [AS.issuer, AS.token_endpoint], undefined],
  ] as const)('with the audience %s signs for %j with the type %s', async (audience, aud, typ) => {
    const { form } = await authenticate(privateKeyJwt(() => privateKey, { audience }));
    const [header, payload] = form['client_assertion']?.split('.') ?? [];
    expect(decode(payload)).toMatchObject({ aud });
    expect(decode(header)).toEqual({ alg: 'ES256', ...(typ === undefined ? {} : { typ }) });
  });

  it('uses the kid of a JWK', async () => {
    const jwk = { ...privateJwk, kid: 'from-jwk' };
    const { form } = await authenticate(privateKeyJwt(() => jwk));
    expect(decode(form['client_assertion']?.split('.')[0])).toMatchObject({ kid: 'from-jwk' });
  });

  it.each([
    [{ alg: 'HS256' }, 'option "alg" must be an asymmetric JWS algorithm, such as "ES256"'],
    [{ kid: '' }, 'option "kid" must be a non-empty string'],
    [
      { audience: 'https://auth.example.com' },
      'option "audience" must be "issuer", "token_endpoint" or "both"',
    ],
    [{ audience: null }, 'option "audience" must be "issuer", "token_endpoint" or "both"'],
    [{ keyId: 'k1' }, 'privateKeyJwt has no option "keyId"; did you mean "kid"?'],
  ])('refuses %j', (options, message) => {
    expect(() => privateKeyJwt(() => privateKey, options as PrivateKeyJwtOptions)).toThrow(
      new TypeError(message),
    );
  });
});

describe('tlsClientAuth', () => {
  it('sends only the client id', async () => {
    expect(await authenticate(tlsClientAuth())).toEqual({
      headers: {},
      form: { client_id: 'nightly-report' },
    });
  });
});

describe.each([
  ['clientSecretBasic', clientSecretBasic],
  ['clientSecretPost', clientSecretPost],
  ['privateKeyJwt', privateKeyJwt],
])('%s', (name, create) => {
  it('requires a function, because secrets rotate', () => {
    expect(() => create('secret' as never)).toThrow(
      new TypeError(`${name}() expects a function that returns the credential`),
    );
  });

  it('exposes only its method', () => {
    const authentication = create(() => 'canary');
    expect(Object.keys(authentication)).toEqual(['method']);
    expect(inspect(authentication, { showHidden: true, depth: 9 })).not.toContain('canary');
  });
});

describe('findCredentialReader', () => {
  it.each([undefined, null, 'none', {}, { method: 'none' }])(
    'returns undefined for %j',
    (value) => {
      expect(findCredentialReader(value)).toBeUndefined();
    },
  );
});
