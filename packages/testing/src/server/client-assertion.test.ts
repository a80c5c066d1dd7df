import { importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { createTestIssuer, type TestIssuer, type TestIssuerOptions } from '../index.js';

const { privateJwk, publicJwk } = createKeyPair('P-256');
const other = createKeyPair('P-256');
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({
    listen: false,
    alg: 'ES256',
    clients: [
      { clientId: 'sales-api', publicJwk: { ...publicJwk } },
      { clientId: 'reports', clientSecret: 's' },
    ],
  });
});

afterAll(async () => {
  await issuer.close();
});

interface Assertion {
  readonly claims?: object;
  readonly key?: object;
  readonly form?: Readonly<Record<string, string>>;
}

async function introspect({
  claims = {},
  key = privateJwk,
  form = {},
}: Assertion): Promise<number> {
  const assertion = await new SignJWT({
    iss: 'sales-api',
    sub: 'sales-api',
    aud: issuer.issuer,
    jti: 'j-1',
    exp: 9e9,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(await importJWK({ ...key }, 'ES256'));
  const response = await issuer.fetch(issuer.introspectionEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      token: await issuer.opaque(),
      client_assertion_type: TYPE,
      client_assertion: assertion,
      ...form,
    }),
  });
  return response.status;
}

describe('TestIssuer clients with a key', () => {
  it.each<readonly [string, Assertion]>([
    ['for the issuer', {}],
    ['with the client id in the body', { form: { client_id: 'sales-api' } }],
    ['for several audiences', { claims: { aud: ['https://x.example', 'https://issuer.example'] } }],
  ])('authenticate by an assertion %s', async (_what, assertion) => {
    expect(await introspect(assertion)).toBe(200);
  });

  it('authenticate by an assertion for an endpoint', async () => {
    expect(await introspect({ claims: { aud: issuer.tokenEndpoint } })).toBe(200);
    expect(await introspect({ claims: { aud: issuer.introspectionEndpoint } })).toBe(200);
  });

  it.each<readonly [string, Assertion]>([
    ['of another key', { key: other.privateJwk }],
    ['for another audience', { claims: { aud: 'https://other.example' } }],
    ['of another issuer', { claims: { iss: 'reports' } }],
    ['of a client without a key', { claims: { iss: 'reports', sub: 'reports' } }],
    ['without exp', { claims: { exp: undefined } }],
    ['without jti', { claims: { jti: undefined } }],
    ['of another client than the body names', { form: { client_id: 'reports' } }],
    ['with another type', { form: { client_assertion_type: 'jwt' } }],
    ['that is not a JWT', { form: { client_assertion: 'a.b.c' } }],
  ])('do not authenticate by an assertion %s', async (_what, assertion) => {
    expect(await introspect(assertion)).toBe(401);
  });

  it.each<readonly [object, string]>([
    [{}, 'option "clients[].clientSecret" must be a non-empty string'],
    [{ publicJwk: privateJwk }, 'option "clients[].publicJwk" must be a public key as a JWK'],
    [{ publicJwk: 'pem' }, 'option "clients[].publicJwk" must be a public key as a JWK'],
  ])('are refused with %j', async (client, message) => {
    const clients = [{ clientId: 'c', ...client }] as TestIssuerOptions['clients'];
    await expect(createTestIssuer({ clients })).rejects.toThrow(new TypeError(message));
  });
});
