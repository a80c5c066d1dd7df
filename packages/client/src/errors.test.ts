import { describe, expect, it } from 'vitest';
import {
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
      'the token endpoint responded with error "invalid_scope" and status 400',
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
