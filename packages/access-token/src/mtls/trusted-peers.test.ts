import { describe, expect, it } from 'vitest';
import { parsePeerNetwork } from './peer-network.js';
import { createTrustedPeers, isUnixPeer, type TrustedPeers } from './trusted-peers.js';

function trust(...networks: readonly string[]): TrustedPeers {
  return createTrustedPeers(
    networks.map(parsePeerNetwork).filter((network) => network !== undefined),
  );
}

describe('createTrustedPeers', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', true],
    ['10.0.0.0/8', '::ffff:11.0.0.1', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '::ffff:10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['10.0.0.1/32', '10.0.0.1', true],
    ['127.0.0.1', '::1', false],
    ['::1', '::1', true],
    ['::1', '127.0.0.1', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fe80::1', false],
    ['FD00::/8', 'fd12::1', true],
    ['fe80::/10', 'fe80::1%eth0', true],
    // A network of IPv6 addresses that would contain every IPv4-mapped one.
    ['::/8', '::ffff:10.0.0.1', false],
    ['::/8', '10.0.0.1', false],
    ['::/8', '::2', true],
    ['10.0.0.0/8', '::10.0.0.1', false],
    ['10.0.0.0/8', '10.0.0.1, 10.0.0.2', false],
    ['10.0.0.0/8', 'proxy.internal', false],
    ['10.0.0.0/8', '', false],
    ['10.0.0.0/8', undefined, false],
  ])('%s: %s is trusted: %s', (network, remoteAddress, isTrusted) => {
    expect(trust(network)({ remoteAddress })).toBe(isTrusted);
  });

  it('trusts the peers of each network in the list', () => {
    const trusted = trust('10.0.0.0/8', 'fd00::/8', '192.0.2.1');
    const peers = ['10.1.1.1', 'fd00::1', '192.0.2.1', '192.0.2.2', '2001:db8::1'];
    expect(peers.filter((remoteAddress) => trusted({ remoteAddress }))).toEqual(peers.slice(0, 3));
  });
});

describe('isUnixPeer', () => {
  it.each([
    ['a server on a path', { address: () => '/run/api.sock' }, true],
    ['a server on a port', { address: () => ({ address: '::', family: 'IPv6', port: 1 }) }, false],
    ['a server that is closed', { address: () => null }, false],
    ['a connection of no server', undefined, false],
    ['null', null, false],
    ['a server without an address', { address: '/run/api.sock' }, false],
  ])('%s', (_case, server, isTrusted) => {
    expect(isUnixPeer({ server })).toBe(isTrusted);
  });

  it('does not trust a TCP connection that was reset, which has no address', () => {
    const server = { address: () => ({ address: '127.0.0.1', family: 'IPv4', port: 1 }) };
    expect(isUnixPeer({ remoteAddress: undefined, server })).toBe(false);
  });

  it('does not trust a TCP connection that was passed on to a server on a path', () => {
    const server = { address: () => '/run/api.sock' };
    expect(isUnixPeer({ remoteAddress: '203.0.113.7', server })).toBe(false);
  });
});

describe('parsePeerNetwork', () => {
  it.each([
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/0',
    '10.0.0.0/33',
    'fd00::/129',
    'fd00::/1000',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '/8',
    '10.0.0/8',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.1:80',
    '[::1]',
    ' 10.0.0.1',
    'fe80::1%eth0',
    'proxy.internal',
    'localhost',
    'unix-socket',
    '*',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '::ffff:0:0/96',
    '',
  ])('refuses "%s"', (text) => {
    expect(parsePeerNetwork(text)).toBeUndefined();
  });
});
