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

  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate of an unknown authority'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate of an unknown authority'],
  ])('names NODE_EXTRA_CA_CERTS for certificates of private authorities: %s', (code, fault) => {
    const error = failing(undefined, code);
    expect(error.systemCode).toBe(code);
    expect(error.message).toBe(
      `GET https://as.example/jwks failed: ${fault} (${code}); to trust a private authority, set NODE_EXTRA_CA_CERTS to its certificate`,
    );
  });

  it('stops at a circular chain of causes', () => {
    const cause: { cause?: unknown } = new Error('again');
    cause.cause = cause;
    expect(new ExchangeError('network', 'failed', { url, cause }).systemCode).toBeUndefined();
  });

  it('has its members in JSON, without the messages of causes', () => {
    const error = new ExchangeError('status', 'answered 404 instead of 200', { url, status: 404 });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'ExchangeError',
      code: 'ERR_EXCHANGE',
      reason: 'status',
      url: 'https://as.example/jwks',
      status: 404,
    });
    expect(error.message).toBe('GET https://as.example/jwks answered 404 instead of 200');
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
