import { describe, expect, it } from 'vitest';
import { formatBasicCredentials } from './basic-credentials.js';

function decode(header: string): string {
  return Buffer.from(header.replace(/^Basic /, ''), 'base64').toString();
}

describe('formatBasicCredentials', () => {
  it.each([
    ['nightly-report', 'Zm9v-YmFy_YmF6-cXV4_cXV1eC1jb3JnZS1ncmF1bH'],
    ['dotted.id', 's-e_c.r~t'],
    ['2f1c9e52-4d3b-4a3f-9d3e-0b1f5e2a7c11', "!*'()"],
  ])('leaves %s and %s as they are', (id, secret) => {
    expect(formatBasicCredentials(id, secret)).toMatch(/^Basic [A-Za-z0-9+/]+=*$/);
    expect(decode(formatBasicCredentials(id, secret))).toBe(`${id}:${secret}`);
  });

  it.each([
    ['a:b c', 'p%+&=: é', 'a%3Ab+c:p%25%2B%26%3D%3A+%C3%A9'],
    ['a/b', '"<\u{1f511}>"', 'a%2Fb:%22%3C%F0%9F%94%91%3E%22'],
  ])('rfc6749#2.3.1/basic-parts-form-encoded: encodes %s and %s', (id, secret, expected) => {
    const credentials = decode(formatBasicCredentials(id, secret));
    expect(credentials).toBe(expected);
    const parts = credentials.split(':').map((part) => new URLSearchParams(`v=${part}`).get('v'));
    expect(parts).toEqual([id, secret]);
  });

  it('throws on half a surrogate pair', () => {
    expect(() => formatBasicCredentials('a', '\ud800')).toThrow(URIError);
  });
});
