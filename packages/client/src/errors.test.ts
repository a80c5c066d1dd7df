import { describe, expect, it } from 'vitest';
import {
  findSystemCode,
  ResourceRedirectError,
  TokenClientError,
  TokenEndpointError,
  TokenRequestError,
} from './errors.js';

describe('TokenClientError', () => {
  it.each([
    [
      new TokenEndpointError('invalid_scope', { status: 400, description: 'no such scope' }),
      'TokenEndpointError',
      'ERR_TOKEN_CLIENT_ENDPOINT',
      'invalid_scope',
      'the token endpoint answered "invalid_scope" with status 400',
    ],
    [
      new TokenRequestError('status', { status: 502 }),
      'TokenRequestError',
      'ERR_TOKEN_CLIENT_REQUEST',
      'status',
      'the authorization server responded with an unexpected status: 502',
    ],
    [
      new TokenRequestError('network', { detail: 'ECONNREFUSED' }),
      'TokenRequestError',
      'ERR_TOKEN_CLIENT_REQUEST',
      'network',
      'the authorization server cannot be reached: ECONNREFUSED',
    ],
    [
      new TokenRequestError('closed'),
      'TokenRequestError',
      'ERR_TOKEN_CLIENT_REQUEST',
      'closed',
      'the token client is closed',
    ],
    [
      new ResourceRedirectError('insecure'),
      'ResourceRedirectError',
      'ERR_TOKEN_CLIENT_REDIRECT',
      'insecure',
      'the API redirected to a URL that does not use https',
    ],
  ])('has a name, a code and a reason: %s', (error, ...expected) => {
    expect(error).toBeInstanceOf(TokenClientError);
    expect([error.name, error.code, error.reason, error.message]).toEqual(expected);
    expect(error).not.toHaveProperty('cause');
  });

  it('exposes the text of the server as data, not in the message', () => {
    const error = new TokenEndpointError('invalid_scope', {
      status: 400,
      description: 'no such scope',
      retryAfterMs: 1_000,
    });
    expect(error).toMatchObject({
      error: 'invalid_scope',
      status: 400,
      description: 'no such scope',
      retryAfterMs: 1_000,
    });
    expect(error.message).not.toContain('no such scope');
  });
});

describe('findSystemCode', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

  it.each([
    ['of an error', refused, 'ECONNREFUSED'],
    ['of a cause', new TypeError('fetch failed', { cause: refused }), 'ECONNREFUSED'],
    ['but not an arbitrary string', Object.assign(new Error(), { code: 'my secret' }), undefined],
    ['but not a number', Object.assign(new Error(), { code: 42 }), undefined],
    ['but not of an object that is not an error', { code: 'ECONNREFUSED' }, undefined],
    ['but not where there is none', new Error('failed'), undefined],
  ])('finds the code %s', (_case, error, code) => {
    expect(findSystemCode(error)).toBe(code);
  });

  it('stops at a circular chain of causes', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(findSystemCode(error)).toBeUndefined();
  });
});
