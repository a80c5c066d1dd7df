import { describe, expect, it } from 'vitest';
import type { MtlsOptions } from './mtls-options.js';
import { resolveMtls } from './resolve-mtls.js';

const certificate = { header: 'Client-Cert', format: 'rfc9440', from: ['10.0.0.0/8'] } as const;

describe('resolveMtls', () => {
  it('accepts the connection, and nothing when the option is omitted', () => {
    expect(resolveMtls({ certificate: 'socket' })).toBe('socket');
    expect(resolveMtls(undefined)).toBeUndefined();
  });

  it('accepts a header of listed peers, with its name in lower case', () => {
    const source = resolveMtls({ certificate });
    expect(source).toMatchObject({ header: 'client-cert', format: 'rfc9440' });
    expect(source).toSatisfy(Object.isFrozen);
  });

  it('keeps no reference to the list of peers', () => {
    const from = ['10.0.0.1'];
    const source = resolveMtls({ certificate: { ...certificate, from } });
    from[0] = '10.0.0.2';
    const isTrusted =
      typeof source === 'object' && source.isTrustedPeer({ remoteAddress: '10.0.0.2' });
    expect(isTrusted).toBe(false);
  });

  it.each([
    [true, 'option "mtls" must be an object'],
    ['socket', 'option "mtls" must be an object'],
    [null, 'option "mtls" must be an object'],
    [{}, 'option "mtls.certificate" must be "socket" or { header, format, from }'],
    [
      { certificate: 'header' },
      'option "mtls.certificate" must be "socket" or { header, format, from }',
    ],
    [
      { certificates: 'socket' },
      'option "mtls" has no option "certificates"; did you mean "certificate"?',
    ],
    [
      { certificate: 'socket', required: true },
      'option "mtls" has no option "required"; write senderConstraint: "mtls" next to "mtls"',
    ],
    [
      { certificate: { ...certificate, trust: 1 } },
      'option "mtls.certificate" has no option "trust"',
    ],
  ])('refuses %j', (given, message) => {
    expect(() => resolveMtls(given)).toThrow(new TypeError(message));
  });

  const NETWORKS =
    'option "mtls.certificate.from" must contain IP addresses, or networks such as 10.0.0.0/8; replace';
  const describeAnyClient = (network: string): string =>
    `option "mtls.certificate.from" must not contain "${network}", because any client could then set the header`;
  const LIST =
    'option "mtls.certificate.from" must be "unix-socket" or a non-empty array of IP addresses and networks';

  it.each([
    [{ header: undefined }, 'option "mtls.certificate.header" must be the name of a header'],
    [{ header: '' }, 'option "mtls.certificate.header" must be the name of a header'],
    [{ header: 'client cert' }, 'option "mtls.certificate.header" must be the name of a header'],
    [{ header: 'client-cert:' }, 'option "mtls.certificate.header" must be the name of a header'],
    [
      { format: undefined },
      'option "mtls.certificate.format" must be one of rfc9440, escaped-pem, base64-der, xfcc, sha256-hex',
    ],
    [
      { format: 'rfc9449' },
      'option "mtls.certificate.format" must be one of rfc9440, escaped-pem, base64-der, xfcc, sha256-hex; did you mean "rfc9440"?',
    ],
    [{ from: undefined }, LIST],
    [{ from: [] }, LIST],
    [{ from: '10.0.0.1' }, LIST],
    [{ from: [1] }, LIST],
    [{ from: ['10.0.0.1', '0.0.0.0/0'] }, describeAnyClient('0.0.0.0/0')],
    [{ from: ['::/0'] }, describeAnyClient('::/0')],
    [{ from: ['proxy.internal'] }, `${NETWORKS} "proxy.internal"`],
    [{ from: ['unix-socket'] }, `${NETWORKS} "unix-socket"`],
  ])('refuses %j beside valid members', (change, message) => {
    expect(() => resolveMtls({ certificate: { ...certificate, ...change } })).toThrow(
      new TypeError(message),
    );
  });
});

describe('MtlsOptions', () => {
  it('is one source with all of its members', () => {
    const options: MtlsOptions[] = [
      { certificate: 'socket' },
      { certificate },
      { certificate: { header: 'a', format: 'xfcc', from: 'unix-socket' } },
      // @ts-expect-error -- the header has no peers
      { certificate: { header: 'a', format: 'xfcc' } },
      // @ts-expect-error -- the header has no format
      { certificate: { header: 'a', from: ['10.0.0.1'] } },
      // @ts-expect-error -- no source
      {},
      // @ts-expect-error -- two sources
      { certificate: 'socket', header: 'a' },
      // @ts-expect-error -- an unknown format
      { certificate: { header: 'a', format: 'pem', from: ['10.0.0.1'] } },
    ];
    expect(options).toHaveLength(8);
  });
});
