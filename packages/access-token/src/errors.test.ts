import { describe, expect, it } from 'vitest';
import { KeySetError, KeySetMalformedError, KeySetUnavailableError } from './errors.js';

describe('KeySetUnavailableError', () => {
  it('is 503 with Retry-After and no challenge', () => {
    const cause = new Error('the cause');
    const error = new KeySetUnavailableError(7, { cause });
    expect(error).toBeInstanceOf(KeySetError);
    expect(error).toMatchObject({
      name: 'KeySetUnavailableError',
      code: 'ERR_KEY_SET_UNAVAILABLE',
      reason: 'unavailable',
      status: 503,
      statusCode: 503,
      expose: true,
      retryAfterSeconds: 7,
      message: 'the keys of the authorization server are unavailable',
      cause,
    });
    expect(error.headers).toEqual({ 'Retry-After': '7' });
  });
});

describe('KeySetMalformedError', () => {
  it.each([
    ['metadata', 'the metadata is not a JSON object'],
    ['issuer', 'the metadata names another issuer'],
    ['jwks_uri', 'the metadata has no usable "jwks_uri"'],
    ['jwks', 'the JWKS has no array "keys"'],
  ] as const)('says what is wrong: %s', (reason, message) => {
    const error = new KeySetMalformedError(reason);
    expect(error).toBeInstanceOf(KeySetError);
    expect(error).toMatchObject({
      name: 'KeySetMalformedError',
      code: 'ERR_KEY_SET_MALFORMED',
      reason,
      message,
    });
  });
});
