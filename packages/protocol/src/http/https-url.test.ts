import { describe, expect, it } from 'vitest';
import {
  isConfidentialUrl,
  isInternalUrl,
  isLoopbackUrl,
  isReferenceAllowed,
  isTransportAllowed,
  isUsableEndpoint,
} from './https-url.js';

const LOOPBACK = [
  'localhost',
  'LOCALHOST',
  '127.0.0.1',
  '127.255.255.254',
  '127.1',
  '0x7f000001',
  '2130706433',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
];

/** Names that DNS resolves, and loopback addresses of IPv4 that are written as IPv6. */
const ALMOST_LOOPBACK = [
  'localhost.',
  'api.localhost',
  'api.localhost.',
  '[::ffff:127.0.0.1]',
  '[::127.0.0.1]',
];

const INTERNAL = [
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '100.127.255.255',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '[::]',
  '[fc00::1]',
  '[fdff::1]',
  '[fe80::1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:169.254.169.254]',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '[::ffff:224.0.0.1]',
  '[::10.0.0.1]',
  '[::8.8.8.8]',
  '[::ffff:0:127.0.0.1]',
  '[::ffff:0:8.8.8.8]',
  '[64:ff9b::a00:1]',
  '[64:ff9b::8.8.8.8]',
  '[64:ff9b:1::1]',
  '[64:ff9b:1:ffff::1]',
  '[100::1]',
  '[2001::1]',
  '[2001:0:53aa:64c::1]',
  '[2001:db8::1]',
  '[2002:a00:1::]',
  '[3fff::1]',
  '[5f00::1]',
  '[fec0::1]',
  '[feff::1]',
  '[ff02::1]',
];

const PUBLIC = [
  'as.example',
  'localhost.example',
  'notlocalhost',
  '127.0.0.1.example',
  '8.8.8.8',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '192.169.0.1',
  '192.0.1.1',
  '198.17.255.255',
  '198.20.0.1',
  '223.255.255.255',
  '[::ffff:8.8.8.8]',
  '[64:ff9c::1]',
  '[2001:4860:4860::8888]',
  '[2003::1]',
  '[2606:4700::1111]',
];

describe('isLoopbackUrl', () => {
  it.each(LOOPBACK)('is true for this machine: %s', (host) => {
    expect(isLoopbackUrl(new URL(`http://${host}:8080/path`))).toBe(true);
  });

  it.each([...ALMOST_LOOPBACK, ...INTERNAL, ...PUBLIC])('is false for other hosts: %s', (host) => {
    expect(isLoopbackUrl(new URL(`http://${host}/`))).toBe(false);
  });
});

describe('isInternalUrl', () => {
  const inside = [...LOOPBACK, ...ALMOST_LOOPBACK, ...INTERNAL];

  it.each(inside)('is true for this machine and for addresses that are not public: %s', (host) => {
    expect(isInternalUrl(new URL(`https://${host}/`))).toBe(true);
  });

  it.each(PUBLIC)('is false for public hosts: %s', (host) => {
    expect(isInternalUrl(new URL(`https://${host}/`))).toBe(false);
  });
});

describe('isConfidentialUrl', () => {
  it.each([
    ['https://as.example/', true],
    ['https://10.0.0.1/', true],
    ['http://localhost:3000/', true],
    ['http://127.0.0.1/', true],
    ['http://[::1]/', true],
    ['http://as.example/', false],
    ['http://localhost.example/', false],
    ['http://10.0.0.1/', false],
    ['http://api.localhost/', false],
    ['http://localhost./', false],
    ['http://[::ffff:127.0.0.1]/', false],
    ['ws://localhost/', false],
    ['ftp://127.0.0.1/', false],
    ['file:///etc/passwd', false],
    ['data:application/json,{}', false],
  ])('of %s is %s', (url, isConfidential) => {
    expect(isConfidentialUrl(new URL(url))).toBe(isConfidential);
  });
});

describe('isReferenceAllowed', () => {
  it.each([
    ['https://keys.example/k', 'https://as.example', true],
    ['https://10.0.0.1/k', 'https://as.example', false],
    ['https://169.254.169.254/k', 'https://as.example', false],
    ['https://[::ffff:169.254.169.254]/k', 'https://as.example', false],
    ['https://[64:ff9b::a00:1]/k', 'https://as.example', false],
    ['https://x.localhost/k', 'https://as.example', false],
    ['http://127.0.0.1:9200/k', 'https://as.example', false],
    ['http://keys.example/k', 'https://as.example', false],
    ['https://user:password@keys.example/k', 'https://as.example', false],
    ['https://10.0.0.1/k', 'https://10.0.0.2', true],
    ['http://127.0.0.1/k', 'http://localhost:8080', true],
    ['http://10.0.0.1/k', 'https://10.0.0.2', false],
  ])('of %s in the metadata of %s is %s', (url, issuer, isAllowed) => {
    expect(isReferenceAllowed(new URL(url), new URL(issuer))).toBe(isAllowed);
  });
});

describe('isReferenceAllowed, where http is accepted', () => {
  it.each([
    ['http://keys.example/k', 'https://as.example', true],
    ['http://10.0.0.1/k', 'http://10.0.0.2', true],
    ['http://10.0.0.1/k', 'http://as.example', false],
    ['http://127.0.0.1/k', 'http://as.example', false],
    ['http://user@keys.example/k', 'http://as.example', false],
    ['ftp://keys.example/k', 'http://as.example', false],
  ])('of %s in the metadata of %s is %s', (url, issuer, isAllowed) => {
    expect(isReferenceAllowed(new URL(url), new URL(issuer), { allowHttp: true })).toBe(isAllowed);
  });
});

describe('isTransportAllowed', () => {
  it.each([
    ['https://as.example/', false, true],
    ['http://127.0.0.1/', false, true],
    ['http://as.example/', false, false],
    ['http://as.example/', true, true],
    ['ws://as.example/', true, false],
    ['file:///etc/passwd', true, false],
  ])('of %s, with http accepted (%s), is %s', (url, allowHttp, isAllowed) => {
    expect(isTransportAllowed(new URL(url), { allowHttp })).toBe(isAllowed);
  });
});

describe('isUsableEndpoint', () => {
  it.each([
    ['https://as.example/token', true],
    ['http://as.example/token', true],
    ['http://as.example/token#', false],
    ['http://user@as.example/token', false],
  ])('where http is accepted of %s is %s', (url, isUsable) => {
    expect(isUsableEndpoint(new URL(url), { allowHttp: true })).toBe(isUsable);
    expect(isUsableEndpoint(new URL(url), { allowHttp: false })).toBe(
      isUsable && url.startsWith('https:'),
    );
  });
});
