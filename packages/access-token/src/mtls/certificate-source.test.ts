import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type CertificateCarrier,
  findCertificate,
  type HeaderSource,
  type PeerSocket,
} from './certificate-source.js';

const DER = Buffer.from('the octets of a certificate');
const thumbprint = createHash('sha256').update(DER).digest('base64url');
const socketOf = (raw?: Uint8Array): PeerSocket => ({
  getPeerX509Certificate: () => (raw === undefined ? undefined : { raw }),
});

function carry(socket: PeerSocket, lines: readonly string[] = []): CertificateCarrier {
  return { socket, fieldLines: (name) => (name === 'client-cert' ? lines : []) };
}

const header: HeaderSource = {
  header: 'client-cert',
  format: 'base64-der',
  isTrustedPeer: ({ remoteAddress }) => remoteAddress === '10.0.0.1',
};
const proxy = { remoteAddress: '10.0.0.1' };
const line = DER.toString('base64');

describe('findCertificate in the connection', () => {
  it.each([
    ['a certificate', socketOf(DER), { thumbprint }],
    ['no certificate', socketOf(), { missing: 'not_sent' }],
    ['an empty object', { getPeerX509Certificate: () => ({}) }, { missing: 'not_sent' }],
    ['an empty certificate', socketOf(Buffer.of()), { missing: 'not_sent' }],
    ['no TLS', proxy, { missing: 'no_tls' }],
  ])('finds %s', (_case, socket, found) => {
    expect(findCertificate('socket', carry(socket, [line]))).toEqual(found);
  });

  it('hashes the certificate of a connection once', () => {
    let calls = 0;
    const socket: PeerSocket = {
      getPeerX509Certificate: () => {
        calls += 1;
        return { raw: DER };
      },
    };
    expect(findCertificate('socket', carry(socket)).thumbprint).toBe(thumbprint);
    expect(findCertificate('socket', carry(socket)).thumbprint).toBe(thumbprint);
    expect(calls).toBe(1);
  });

  it('finds a certificate that the client has sent after its first request', () => {
    const raws = [undefined, { raw: DER }];
    const socket: PeerSocket = { getPeerX509Certificate: () => raws.shift() };
    expect(findCertificate('socket', carry(socket)).thumbprint).toBeUndefined();
    expect(findCertificate('socket', carry(socket)).thumbprint).toBe(thumbprint);
  });
});

describe('findCertificate in a header', () => {
  it.each([
    ['one line of a trusted peer', proxy, [line], { thumbprint }],
    ['no line', proxy, [], { missing: 'not_sent' }],
    ['two equal lines', proxy, [line, line], { missing: 'repeated_header' }],
    ['two lines, one of them empty', proxy, ['', line], { missing: 'repeated_header' }],
    ['a malformed line', proxy, [`${line}!`], { missing: 'malformed_header' }],
    [
      'a peer that is not trusted',
      { remoteAddress: '10.0.0.2' },
      [line],
      { missing: 'untrusted_peer' },
    ],
    ['a peer without an address', {}, [line], { missing: 'untrusted_peer' }],
  ])('finds %s', (_case, socket, lines, found) => {
    expect(findCertificate(header, carry(socket, lines))).toEqual(found);
  });

  it('never reads the certificate of the connection', () => {
    const socket: PeerSocket = {
      getPeerX509Certificate: () => {
        throw new Error('read');
      },
    };
    for (const lines of [[], [line], [line, line], ['!']]) {
      expect(findCertificate(header, carry(socket, lines)).thumbprint).toBeUndefined();
      const trusted = { ...socket, ...proxy };
      expect(() => findCertificate(header, carry(trusted, lines)).thumbprint).not.toThrow();
    }
  });
});
