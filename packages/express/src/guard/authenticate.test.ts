import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { internalsOf } from '@scopegate/access-token/internal';
import { InvalidRequestError, InvalidTokenError } from '@scopegate/protocol';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../../../test/support/tokens.js';
import { findCredentials, verifyCredentials } from './authenticate.js';
import type { CredentialLocation } from '../request/credentials.js';

describe('findCredentials', () => {
  const serverFor = (...locations: CredentialLocation[]): ReturnType<typeof createServer> =>
    createServer((req: IncomingMessage, res: ServerResponse) => {
      const credentials = findCredentials(req, res, new Set(locations));
      res.end(credentials ?? 'none');
    });

  it.each<[CredentialLocation[], string, string, string | undefined]>([
    [['header'], '/', 'T', undefined],
    [['header', 'query'], '/', 'T', undefined],
    [['header', 'query'], '/?access_token=U', 'U', 'private, no-store'],
    [['header'], '/?access_token=U', 'none', undefined],
  ])('with tokens in %j finds at %s: %s', async (locations, url, credentials, caching) => {
    const ask = request(serverFor(...locations)).get(url);
    const response = await (url === '/' ? ask.set('authorization', 'bearer  T') : ask);
    expect(response.text).toBe(credentials);
    expect(response.headers['cache-control']).toBe(caching);
  });
});

describe('verifyCredentials', () => {
  const verifier = internalsOf(createAccessTokenVerifier(SECRET_OPTIONS));

  it('verifies in this tick where it can', () => {
    const token = verifyCredentials(signToken({ client_id: 'nightly' }), verifier);
    expect(token).toMatchObject({ clientId: 'nightly' });
  });

  it.each(['a b', '"T"', 'T,x', 'T;', 'T\u00e9', '=', 'a=b', '\t'])(
    'tells credentials that are no b64token from tokens: %j',
    (credentials) => {
      expect(() => verifyCredentials(credentials, verifier)).toThrow(
        new InvalidRequestError('malformed_authorization'),
      );
    },
  );

  it.each(['T', 'a.b.c', 'abc==', '-._~+/', 'a'.repeat(20_000)])(
    'calls malformed what is a b64token and no JWT: %.20s',
    (credentials) => {
      expect(() => verifyCredentials(credentials, verifier)).toThrow(
        new InvalidTokenError('malformed'),
      );
    },
  );

  it('keeps every other reason', () => {
    const expired = signToken({ exp: 1 });
    expect(() => verifyCredentials(expired, verifier)).toThrow(new InvalidTokenError('expired'));
  });
});
