import { describe, expect, it } from 'vitest';
import { isConfidentialUrl, isInternalUrl, isLoopbackUrl } from './https-url.js';

const LOOPBACK = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'api.localhost',
  'api.localhost.',
  '127.0.0.1',
  '127.255.255.254',
  '127.1',
  '0x7f000001',
  '2130706433',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
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
  '[2001:db8::1]',
  '[fec0::1]',
];

describe('isLoopbackUrl', () => {
  it.each(LOOPBACK)('knows this machine: %s', (host) => {
    expect(isLoopbackUrl(new URL(`http://${host}:8080/path`))).toBe(true);
  });

  it.each([...INTERNAL, ...PUBLIC])('knows others: %s', (host) => {
    expect(isLoopbackUrl(new URL(`http://${host}/`))).toBe(false);
  });
});

describe('isInternalUrl', () => {
  it.each([...LOOPBACK, ...INTERNAL])('knows this machine and private networks: %s', (host) => {
    expect(isInternalUrl(new URL(`https://${host}/`))).toBe(true);
  });

  it.each(PUBLIC)('leaves public hosts alone: %s', (host) => {
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
    ['ws://localhost/', false],
    ['ftp://127.0.0.1/', false],
    ['file:///etc/passwd', false],
    ['data:application/json,{}', false],
  ])('judges %s: %s', (url, isConfidential) => {
    expect(isConfidentialUrl(new URL(url))).toBe(isConfidential);
  });
});
