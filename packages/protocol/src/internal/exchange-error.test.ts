import { describe, expect, it } from 'vitest';
import { ExchangeError, formatUrl } from './exchange-error.js';

const url = new URL('https://as.example/jwks');

function failing(...codes: readonly unknown[]): ExchangeError {
  const cause = codes.reduceRight<unknown>(
    (inner, code) =>
      Object.assign(new Error('a message with 10.1.2.3', { cause: inner }), { code }),
    undefined,
  );
  return new ExchangeError('network', 'failed', { url, cause });
}

describe('ExchangeError', () => {
  it.each<[readonly unknown[], string | undefined, string]>([
    [['ECONNREFUSED'], 'ECONNREFUSED', ': ECONNREFUSED'],
    [[undefined, 'ENOTFOUND'], 'ENOTFOUND', ': ENOTFOUND'],
    [['UND_ERR_SOCKET', 'ECONNRESET'], 'ECONNRESET', ': ECONNRESET'],
    [
      [undefined, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      ': self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)',
    ],
    [['CERT_HAS_EXPIRED'], 'CERT_HAS_EXPIRED', ': expired certificate (CERT_HAS_EXPIRED)'],
    [[undefined], undefined, ''],
    [['secret token'], undefined, ''],
    [['E\r\nX: 1'], undefined, ''],
    [['econnrefused'], undefined, ''],
    [[`E${'X'.repeat(64)}`], undefined, ''],
    [[42], undefined, ''],
    [['__proto__'], undefined, ''],
  ])('names only the innermost system code of its causes: %j', (codes, code, why) => {
    const error = failing(...codes);
    expect(error.systemCode).toBe(code);
    expect(error.message).toBe(`GET https://as.example/jwks failed${why}`);
  });

  it('stops at a circular chain of causes', () => {
    const cause: { cause?: unknown } = new Error('again');
    cause.cause = cause;
    expect(new ExchangeError('network', 'failed', { url, cause }).systemCode).toBeUndefined();
  });

  it('has its members in JSON, without the messages of causes', () => {
    const error = new ExchangeError('status', 'returned 404', { url, status: 404 });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'ExchangeError',
      code: 'ERR_EXCHANGE',
      reason: 'status',
      url: 'https://as.example/jwks',
      status: 404,
    });
    expect(error.message).toBe('GET https://as.example/jwks returned 404');
  });
});

describe('formatUrl', () => {
  it.each([
    ['https://as.example/jwks', 'https://as.example/jwks'],
    ['https://user:secret@as.example:8443/jwks', 'https://as.example:8443/jwks'],
    ['https://as.example/jwks?key=secret#secret', 'https://as.example/jwks?…'],
    ['https://as.example/\u202e', 'https://as.example/%E2%80%AE'],
  ])('omits the parts that may be secret: %s', (given, shown) => {
    expect(formatUrl(new URL(given))).toBe(shown);
  });

  it('shortens a very long URL', () => {
    expect(formatUrl(new URL(`https://as.example/${'x'.repeat(500_000)}`))).toHaveLength(301);
  });
});
