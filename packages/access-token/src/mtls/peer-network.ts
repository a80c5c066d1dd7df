/**
 * Addresses and networks of peers.
 *
 * @module
 */
import { BlockList, isIP } from 'node:net';

/** A network of one version of IP; an address is a network of itself. */
export interface PeerNetwork {
  readonly address: string;
  readonly version: 4 | 6;
  /** The number of bits that its addresses have in common; at least 1. */
  readonly prefix: number;
}

/** An address or a network, as in `10.0.0.0/8`. A prefix of 0 would be every address. */
const NETWORK = /^([^/%]+)(?:\/([1-9]\d{0,2}))?$/;

/**
 * Parses an IP address or a network.
 *
 * @returns `undefined` for anything else: a host name, a network of all addresses, an address with a
 *   zone, an IPv4-mapped IPv6 address.
 * @see RFC 4632 §3.1, RFC 4291 §2.3
 */
export function parsePeerNetwork(text: string): PeerNetwork | undefined {
  const [, address = '', length] = NETWORK.exec(text) ?? [];
  const version = ipVersion(address);
  // Peers are never IPv4-mapped, because their address is unmapped first.
  if (version === undefined || (version === 6 && isMapped(address))) return undefined;
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  return prefix <= bits ? { address, version, prefix } : undefined;
}

/** The version of an IP address; `undefined` for any other text. */
export function ipVersion(address: string): 4 | 6 | undefined {
  const version = isIP(address);
  return version === 4 || version === 6 ? version : undefined;
}

// RFC 4291 §2.5.5.2
const MAPPED = new BlockList();
MAPPED.addSubnet('::ffff:0:0', 96, 'ipv6');

function isMapped(address: string): boolean {
  return MAPPED.check(address, 'ipv6');
}
