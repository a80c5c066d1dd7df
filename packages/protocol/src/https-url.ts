/**
 * Which URLs tokens, keys and metadata may travel over.
 *
 * @module
 */
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

// What a document from the network must not send us to: RFC 1122, 1918, 3927, 4193, 4291, 6598.
const internal = new BlockList();
internal.addSubnet('0.0.0.0', 8, 'ipv4');
internal.addSubnet('10.0.0.0', 8, 'ipv4');
internal.addSubnet('100.64.0.0', 10, 'ipv4');
internal.addSubnet('127.0.0.0', 8, 'ipv4');
internal.addSubnet('169.254.0.0', 16, 'ipv4');
internal.addSubnet('172.16.0.0', 12, 'ipv4');
internal.addSubnet('192.168.0.0', 16, 'ipv4');
internal.addAddress('::', 'ipv6');
internal.addAddress('::1', 'ipv6');
internal.addSubnet('fc00::', 7, 'ipv6');
internal.addSubnet('fe80::', 10, 'ipv6');

/** Says whether a URL's host is this machine: `localhost`, below `.localhost`, 127.0.0.0/8 or ::1. */
export function isLoopbackUrl(url: URL): boolean {
  return isLocalhostName(url) || isListed(loopback, url);
}

/**
 * Says whether a URL's host is written as an address of this machine or of a private network.
 *
 * A name that resolves to such an address is not recognised: only the spelling is looked at.
 */
export function isInternalUrl(url: URL): boolean {
  return isLocalhostName(url) || isListed(internal, url);
}

/** Says whether what is sent to a URL stays confidential: https, or http to this machine. */
export function isConfidentialUrl(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackUrl(url));
}

function isLocalhostName(url: URL): boolean {
  const name = url.hostname.replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost');
}

function isListed(list: BlockList, url: URL): boolean {
  const address = url.hostname.replace(/^\[|\]$/g, '');
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
