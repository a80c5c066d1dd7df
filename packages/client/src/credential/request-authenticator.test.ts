import { describe, expect, it } from 'vitest';
import {
  clientSecretBasic,
  clientSecretPost,
  privateKeyJwt,
  tlsClientAuth,
} from './client-authentication.js';
import { toRequestAuthenticator } from './request-authenticator.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';

const { privateKey } = createKeyPair('P-256');
const issuer = 'https://auth.example.com';
const clientId = 'sales api';
const identity = { clientId, issuer };
const tokenEndpoint = `${issuer}/token`;

type Credentials = Readonly<Record<'form' | 'headers', Readonly<Record<string, string>>>>;

async function authenticate(
  authenticator: ReturnType<typeof toRequestAuthenticator>,
): Promise<Credentials> {
  const form = new URLSearchParams({ token: 'opaque' });
  const headers = new Headers({ accept: 'application/json' });
  await authenticator(form, headers);
  return { form: Object.fromEntries(form), headers: Object.fromEntries(headers) };
}

function claimsOf({ form }: Credentials): unknown {
  const payload = form['client_assertion']?.split('.')[1] ?? '';
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

describe('toRequestAuthenticator', () => {
  it('adds the credentials of clientSecretBasic() to the header fields', async () => {
    const basic = clientSecretBasic(() => 'p%+é');
    const { form, headers } = await authenticate(toRequestAuthenticator(basic, identity));
    expect(form).toEqual({ token: 'opaque' });
    expect(headers['accept']).toBe('application/json');
    const [scheme, encoded = ''] = headers['authorization']?.split(' ') ?? [];
    expect([scheme, Buffer.from(encoded, 'base64').toString()]).toEqual([
      'Basic',
      'sales+api:p%25%2B%C3%A9',
    ]);
  });

  it('adds the credentials of clientSecretPost() to the body', async () => {
    const post = clientSecretPost(() => 'p%+é');
    const { form, headers } = await authenticate(toRequestAuthenticator(post, identity));
    expect(form).toEqual({ token: 'opaque', client_id: clientId, client_secret: 'p%+é' });
    expect(headers).toEqual({ accept: 'application/json' });
  });

  it('adds only the client id of tlsClientAuth()', async () => {
    const { form } = await authenticate(toRequestAuthenticator(tlsClientAuth(), identity));
    expect(form).toEqual({ token: 'opaque', client_id: clientId });
  });

  it('adds an assertion of privateKeyJwt() for the issuer, a new one for each request', async () => {
    const authenticator = toRequestAuthenticator(
      privateKeyJwt(() => privateKey),
      identity,
    );
    const requests = [await authenticate(authenticator), await authenticate(authenticator)];
    const [first, second] = requests.map(claimsOf) as readonly { readonly jti: string }[];
    expect(first).toMatchObject({ iss: clientId, sub: clientId, aud: issuer });
    expect(first?.jti).not.toBe(second?.jti);
  });

  it.each([
    ['token_endpoint', tokenEndpoint],
    ['both', [issuer, tokenEndpoint]],
  ] as const)('signs for the audience %s of privateKeyJwt()', async (audience, aud) => {
    const authentication = privateKeyJwt(() => privateKey, { audience });
    const options = { ...identity, tokenEndpoint };
    const credentials = await authenticate(toRequestAuthenticator(authentication, options));
    expect(claimsOf(credentials)).toMatchObject({ aud });
  });

  it('reads the credential for each request, so that it can be rotated', async () => {
    const secrets = ['first', 'second'];
    const authenticator = toRequestAuthenticator(
      clientSecretPost(() => secrets.shift() ?? ''),
      identity,
    );
    const sent = [await authenticate(authenticator), await authenticate(authenticator)];
    expect(sent.map(({ form }) => form['client_secret'])).toEqual(['first', 'second']);
  });

  it.each([
    ['clientSecretBasic', clientSecretBasic],
    ['clientSecretPost', clientSecretPost],
    ['privateKeyJwt', privateKeyJwt],
  ] as const)('rejects without the cause when the reader of %s() throws', async (_name, create) => {
    const authenticator = toRequestAuthenticator(
      create(() => {
        throw new Error('the secret is canary');
      }),
      identity,
    );
    const error: unknown = await authenticate(authenticator).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_TOKEN_CLIENT_REQUEST', reason: 'credential' });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('canary');
  });

  it('requires the result of a function of this package', () => {
    expect(() => toRequestAuthenticator({ method: 'private_key_jwt' }, identity)).toThrow(
      new TypeError(
        'toRequestAuthenticator() requires the result of clientSecretBasic(), clientSecretPost(), privateKeyJwt() or tlsClientAuth()',
      ),
    );
  });

  it('requires the token endpoint where it is the audience', () => {
    const authentication = privateKeyJwt(() => privateKey, { audience: 'both' });
    expect(() => toRequestAuthenticator(authentication, identity)).toThrow(
      'option "tokenEndpoint" is required, because it is in the audience of the assertion',
    );
  });

  it.each([
    [{ issuer }, 'option "clientId" must be a non-empty string of printable ASCII characters'],
    [{ clientId }, 'option "issuer" must be an https URL without query, fragment or credentials'],
    [
      { ...identity, tokenEndpoint: '/token' },
      'option "tokenEndpoint" must be an https URL without fragment or credentials',
    ],
    [{ ...identity, audience: issuer }, 'toRequestAuthenticator has no option "audience"'],
  ])('refuses %j', (options, message) => {
    const create = (): unknown =>
      toRequestAuthenticator(tlsClientAuth(), options as typeof identity);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(message);
  });
});
