/**
 * The immediate peers that may set the certificate header.
 *
 * @module
 */
import { BlockList } from 'node:net';
import { ipVersion, type PeerNetwork } from './peer-network.js';

/** The sender of a request, as `node:net` has it; every member is unchecked. */
export interface AddressedPeer {
  readonly remoteAddress?: string | undefined;
  /** The server that has accepted the connection. */
  readonly server?: unknown;
}

/** Whether the sender of a request is trusted. */
export type TrustedPeers = (socket: AddressedPeer) => boolean;

/** Trusts the peers in a list of networks. */
export function createTrustedPeers(networks: readonly PeerNetwork[]): TrustedPeers {
  // A BlockList would find IPv4 addresses in networks of IPv6 too.
  const lists = { 4: new BlockList(), 6: new BlockList() };
  for (const { address, version, prefix } of networks) {
    lists[version].addSubnet(address, prefix, `ipv${version}`);
  }
  // A check takes longer than reading the header, and the peer of a connection never changes.
  const trusted = new WeakSet<AddressedPeer>();
  return (socket) => {
    if (trusted.has(socket)) return true;
    const address = plainAddress(socket.remoteAddress ?? '');
    const version = ipVersion(address);
    if (version === undefined || !lists[version].check(address, `ipv${version}`)) return false;
    trusted.add(socket);
    return true;
  };
}

/**
 * Trusts the processes of the same host that may connect to the Unix domain socket of the server.
 *
 * The server's own address shows that the connection is one: a TCP connection that its client has
 * reset has no `remoteAddress` either. One with a `remoteAddress` is TCP, although Node's HTTP server
 * names itself as the server of every connection that it is given.
 */
export const isUnixPeer: TrustedPeers = ({ remoteAddress, server }) => {
  if (remoteAddress !== undefined) return false;
  const address = isAddressed(server) ? server.address() : undefined;
  return typeof address === 'string' && address !== '';
};

function isAddressed(server: unknown): server is { readonly address: () => unknown } {
  const isObject = typeof server === 'object' && server !== null;
  return isObject && 'address' in server && typeof server.address === 'function';
}

const MAPPED_PREFIX = '::ffff:';

/** The address without its zone; a server that listens on `::` has IPv4 peers as IPv4-mapped. */
function plainAddress(remoteAddress: string): string {
  const zone = remoteAddress.indexOf('%');
  const address = zone === -1 ? remoteAddress : remoteAddress.slice(0, zone);
  const unmapped = address.slice(MAPPED_PREFIX.length);
  return address.startsWith(MAPPED_PREFIX) && ipVersion(unmapped) === 4 ? unmapped : address;
}
