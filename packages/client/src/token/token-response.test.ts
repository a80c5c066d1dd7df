import { createScopeSet } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { grantToken, ISSUER, TOKEN_ENDPOINT } from '../../../../test/support/stub-token-server.js';
import type { TokenEndpointError } from '../errors.js';
import type { TokenType } from './access-token.js';
import { readTokenResponse, type TokenGrant } from './token-response.js';
import { resolveTokenTarget } from './token-target.js';

const SECRET = 'canary /+secret';
const NOW = 1_700_000_000_000;
const ENCODED_HEADER = Buffer.from('{"alg":"none"}').toString('base64url');
const ENCODED_CLAIMS = Buffer.from('{"exp":1,"scope":"admin"}').toString('base64url');

function read(response: Response, tokenType: TokenType = 'Bearer'): Promise<TokenGrant> {
  return readTokenResponse(response, {
    server: { issuer: ISSUER, token_endpoint: TOKEN_ENDPOINT },
    client: { client_id: 'nightly-report' },
    target: resolveTokenTarget({ scope: 'a b' }),
    tokenType,
    secrets: [SECRET, undefined],
    refusalHint: undefined,
    nowMs: NOW,
  });
}

function refusal(body: unknown, status = 400, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers });
}

describe('readTokenResponse', () => {
  it('rfc6749#3.3/granted-scope-is-reported: takes the requested scopes as granted without scope in the response', async () => {
    const grant = await read(grantToken({ scope: undefined }));
    expect([...grant.scopes]).toEqual(['a', 'b']);
  });

  it.each([
    ['a', ['a']],
    ['', []],
    ['a c', ['a', 'c']],
    ['a b"c', ['a']],
  ])('takes the scope %j as granted', async (scope, scopes) => {
    expect([...(await read(grantToken({ scope }))).scopes]).toEqual(scopes);
  });

  it.each(['Bearer', 'bearer', 'BEARER'])(
    'rfc6749#5.1/response-has-token-and-type: accepts the type %s',
    async (token_type) => {
      expect((await read(grantToken({ token_type }))).value).toBe('token');
    },
  );

  it.each([
    [3600, 3600],
    ['3600', 3600],
    [0.5, 0.5],
    [undefined, undefined],
    [null, undefined],
    [0, 0],
    [-1, 0],
    ['-1', 0],
    ['soon', 0],
    ['12 hours', 0],
    ['1e9', 0],
    ['', 0],
    [true, 0],
    [{}, 0],
  ])(
    'rfc6749#5.1/unknown-response-members-ignored: reads the lifetime %j as %s seconds',
    async (expires_in, expected) => {
      expect((await read(grantToken({ expires_in }))).lifetimeSeconds).toBe(expected);
    },
  );

  it('treats a lifetime that JSON cannot represent as malformed', async () => {
    const body = '{"access_token":"token","token_type":"Bearer","expires_in":1e999}';
    expect((await read(new Response(body))).lifetimeSeconds).toBe(0);
  });

  it('rfc6749#4.4.3/refresh-token-ignored rfc6749#5.1/unknown-response-members-ignored: ignores a refresh token and unknown members', async () => {
    const grant = await read(
      grantToken({ refresh_token: 42, id_token: 'x', issued_token_type: [], scope: 'a' }),
    );
    expect(grant).toEqual({
      value: 'token',
      type: 'Bearer',
      lifetimeSeconds: 100,
      scopes: createScopeSet(['a']),
    });
  });

  it.each([
    ['an opaque token', 'mF_9.B5f-4.1JqM'],
    ['a token with padding', 'YWJj/+~=='],
    ['a JWT that has expired long ago', `${ENCODED_HEADER}.${ENCODED_CLAIMS}.c2ln`],
    ['half a JWT', `${ENCODED_HEADER}.`],
  ])('rfc9068#6/client-does-not-read-token: accepts %s', async (_case, access_token) => {
    const { value, lifetimeSeconds, scopes } = await read(grantToken({ access_token }));
    expect([value, lifetimeSeconds, [...scopes]]).toEqual([access_token, 100, ['a', 'b']]);
  });

  it.each([
    ['no access_token', { access_token: undefined }, 'answer'],
    ['an empty access_token', { access_token: '' }, 'answer'],
    ['an access_token that is not a string', { access_token: 42 }, 'answer'],
    ['an access_token that would end the header', { access_token: 'a\r\nx: y' }, 'answer'],
    ['an access_token with a space', { access_token: 'a b' }, 'answer'],
    ['no token_type', { token_type: undefined }, 'answer'],
    ['a scope that is not a string', { scope: ['a'] }, 'answer'],
    ['a MAC token', { token_type: 'mac' }, 'token_type'],
    ['a DPoP token', { token_type: 'DPoP' }, 'token_type'],
  ])('rfc6749#5.1/response-has-token-and-type: rejects %s', async (_case, members, reason) => {
    await expect(read(grantToken(members))).rejects.toMatchObject({
      name: 'TokenRequestError',
      code: 'ERR_TOKEN_CLIENT_REQUEST',
      reason,
    });
  });

  it.each([
    [
      { access_token: undefined },
      'no "access_token"; it must be a string of the characters of RFC 6750 §2.1',
    ],
    [
      { access_token: 'a b' },
      'an invalid "access_token"; it must be a string of the characters of RFC 6750 §2.1',
    ],
    [{ token_type: undefined }, 'no "token_type"; it must be the string "Bearer"'],
    [{ token_type: 42 }, 'an invalid "token_type"; it must be the string "Bearer"'],
    [{ scope: ['a'] }, 'an invalid "scope"; it must be a string'],
  ])('names the member that is missing or invalid: %j', async (members, fault) => {
    await expect(read(grantToken(members))).rejects.toThrow(
      `the token response is invalid: POST ${TOKEN_ENDPOINT} answered with ${fault}`,
    );
  });

  it.each(['invalid_client', 'incorrect_client_credentials'])(
    'reads an error with the status 200: %s',
    async (error) => {
      await expect(read(Response.json({ error, error_description: 'why' }))).rejects.toMatchObject({
        name: 'TokenEndpointError',
        error,
        status: 200,
        description: 'why',
      });
    },
  );

  it('ignores an error beside a token, which is an unknown member', async () => {
    expect((await read(grantToken({ error: 'invalid_client' }))).value).toBe('token');
  });

  it.each([{ error: 42 }, { error: 'a\nb' }, { error: SECRET }])(
    'ignores an error with the status 200 that is malformed or repeats the secret: %#',
    async (document) => {
      await expect(read(Response.json(document))).rejects.toMatchObject({ reason: 'answer' });
    },
  );

  it.each(['', '<html>', '[]', '"token"', 'null', '{"access_token":'])(
    'rejects the body %j',
    async (body) => {
      await expect(read(new Response(body))).rejects.toMatchObject({ reason: 'json' });
    },
  );

  it.each([
    ['invalid_request', 400],
    ['invalid_client', 401],
    ['invalid_scope', 400],
    ['invalid_target', 400],
    ['unauthorized_client', 400],
    ['access_denied', 403],
  ])(
    'rfc6749#5.2/endpoint-errors-distinguished rfc8707#2/resource-parameter-is-absolute-uri: reports %s by its code',
    async (error, status) => {
      const answer = refusal({ error, error_description: 'why' }, status);
      await expect(read(answer)).rejects.toMatchObject({
        name: 'TokenEndpointError',
        code: 'ERR_TOKEN_CLIENT_ENDPOINT',
        reason: error,
        error,
        status,
        description: 'why',
        retryAfterMs: undefined,
      });
    },
  );

  it.each([
    ['500', refusal({ error: 'server_error' }, 500), 500],
    ['503', new Response('<html>', { status: 503 }), 503],
    [
      'a page',
      new Response('<html>', { status: 403, headers: { 'content-type': 'text/html' } }),
      403,
    ],
    ['JSON without an error', refusal({ message: 'no' }), 400],
    ['an error that is not a string', refusal({ error: 42 }), 400],
    ['an error with illegal characters', refusal({ error: 'a\nb' }), 400],
    ['an error that repeats the secret', refusal({ error: SECRET }), 400],
    ['an empty response', new Response(null, { status: 204 }), 204],
    ['201', refusal({ access_token: 'token', token_type: 'Bearer' }, 201), 201],
  ])(
    'rfc6749#5.2/endpoint-errors-distinguished: reports the status of %s',
    async (_case, response, status) => {
      await expect(read(response)).rejects.toMatchObject({
        name: 'TokenRequestError',
        reason: 'status',
        status,
      });
    },
  );

  it.each([
    [undefined, undefined],
    [42, undefined],
    ['wrong secret canary /+secret', undefined],
    ['client_secret=canary%20%2F%2Bsecret', undefined],
    ['client_secret=canary+%2F%2Bsecret', undefined],
    ['client_secret=canary &#x2F;&#43;secret', undefined],
    ['it begins with cana...', 'it begins with cana...'],
    ['one\r\ntwo "é"', 'one??two "?"'],
    ['a'.repeat(600), 'a'.repeat(500)],
  ])(
    'rfc6749#5.2/endpoint-errors-distinguished: reduces the description %j to %j',
    async (error_description, expected) => {
      const outcome = read(refusal({ error: 'invalid_client', error_description }, 401));
      const error: unknown = await outcome.catch((thrown: unknown) => thrown);
      expect((error as TokenEndpointError).description).toBe(expected);
    },
  );

  it.each([
    [429, { error: 'slow_down' }],
    [503, {}],
  ])('reads Retry-After with the status %s', async (status, body) => {
    const response = refusal(body, status, { 'retry-after': '7' });
    await expect(read(response)).rejects.toMatchObject({ status, retryAfterMs: 7_000 });
  });
});
