import { ExchangeError } from '@scopegate/protocol/internal';
import { describe, expect, it } from 'vitest';
import { KeySetError, KeySetMalformedError, KeySetUnavailableError } from './key-set-errors.js';

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
      expose: false,
      retryAfterSeconds: 7,
      message: 'the keys of the authorization server are unavailable',
      cause,
    });
    expect(error.headers).toEqual({ 'Retry-After': '7' });
  });
});

describe('KeySetUnavailableError › message', () => {
  const url = new URL('https://as.example/jwks?key=secret');
  const issuer = 'https://as.example';

  it('names the issuer, the URL and the status', () => {
    const cause = new ExchangeError('status', 'answered 404 instead of 200', { url, status: 404 });
    expect(new KeySetUnavailableError(1, { issuer, cause })).toMatchObject({
      message:
        'the keys of https://as.example are unavailable: GET https://as.example/jwks?… answered 404 instead of 200',
      issuer,
      url: 'https://as.example/jwks?…',
      upstreamStatus: 404,
      systemCode: undefined,
    });
  });

  it("names the system's cause", () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const cause = new ExchangeError('network', 'failed', { url, cause: refused });
    expect(new KeySetUnavailableError(1, { issuer, cause })).toMatchObject({
      message:
        'the keys of https://as.example are unavailable: GET https://as.example/jwks?… failed: ECONNREFUSED',
      upstreamStatus: undefined,
      systemCode: 'ECONNREFUSED',
    });
  });

  it('names what is wrong with a document', () => {
    const cause = new KeySetMalformedError('jwks', url);
    expect(new KeySetUnavailableError(1, { issuer, cause })).toMatchObject({
      message:
        'the keys of https://as.example are unavailable: GET https://as.example/jwks?… answered 200, but the JWKS has no "keys" array',
      url: 'https://as.example/jwks?…',
    });
  });

  it('contains no message of a foreign error', () => {
    const error = new KeySetUnavailableError(1, { issuer, cause: new Error('secret') });
    expect(error.message).toBe('the keys of https://as.example are unavailable');
  });
});

describe('KeySetMalformedError', () => {
  it.each([
    ['metadata', 'the metadata is not a JSON object'],
    ['issuer', 'the "issuer" of the metadata is not exactly the configured issuer'],
    ['jwks_uri', 'the "jwks_uri" of the metadata is not an https URL that may be requested'],
    [
      'introspection_endpoint',
      'the metadata has no "introspection_endpoint" that is an https URL and may be requested',
    ],
    ['jwks', 'the JWKS has no "keys" array'],
    ['too_many_keys', 'the JWKS has more than 256 keys'],
    ['no_usable_key', 'the JWKS has no usable key'],
    ['no_keys', 'the JWKS has no keys'],
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
