/**
 * Which URLs are safe for sending tokens and for fetching keys and metadata.
 *
 * @module
 */
import { BlockList, isIP } from 'node:net';

const INTERNAL_IPV4 = [
  '0.0.0.0/8', // RFC 1122 §3.2.1.3: this network
  '10.0.0.0/8', // RFC 1918
  '100.64.0.0/10', // RFC 6598: shared by carriers
  '127.0.0.0/8', // RFC 1122 §3.2.1.3: loopback
  '169.254.0.0/16', // RFC 3927: link-local, metadata services of clouds
  '172.16.0.0/12', // RFC 1918
  '192.0.0.0/24', // RFC 6890: protocol assignments
  '192.0.2.0/24', // RFC 5737: documentation
  '192.88.99.0/24', // RFC 7526: 6to4 relays
  '192.168.0.0/16', // RFC 1918
  '198.18.0.0/15', // RFC 2544: benchmarks
  '198.51.100.0/24', // RFC 5737: documentation
  '203.0.113.0/24', // RFC 5737: documentation
  '224.0.0.0/4', // RFC 5771: multicast
  '240.0.0.0/4', // RFC 1112 §4: reserved, the broadcast address included
];

// BlockList checks IPv4-mapped addresses, ::ffff:0:0/96, against the list above.
const INTERNAL_IPV6 = [
  '::/96', // RFC 4291 §2.5: unspecified, loopback, IPv4-compatible
  '::ffff:0:0:0/96', // RFC 2765: IPv4-translated
  '64:ff9b::/96', // RFC 6052: NAT64
  '64:ff9b:1::/48', // RFC 8215: NAT64, local
  '100::/64', // RFC 6666: discarded
  '2001::/23', // RFC 2928: protocol assignments, Teredo included
  '2001:db8::/32', // RFC 3849: documentation
  '2002::/16', // RFC 3056: 6to4
  '3fff::/20', // RFC 9637: documentation
  '5f00::/16', // RFC 9602: segment routing
  'fc00::/7', // RFC 4193: unique local
  'fe80::/10', // RFC 4291 §2.5.6: link-local
  'fec0::/10', // RFC 3879: site-local
  'ff00::/8', // RFC 4291 §2.7: multicast
];

const internal = new BlockList();
for (const subnet of INTERNAL_IPV4) addSubnet(subnet, 'ipv4');
for (const subnet of INTERNAL_IPV6) addSubnet(subnet, 'ipv6');

function addSubnet(subnet: string, family: 'ipv4' | 'ipv6'): void {
  const [address = '', prefix] = subnet.split('/');
  internal.addSubnet(address, Number(prefix), family);
}

/**
 * Whether a URL's host is this machine: exactly `localhost`, an address in 127.0.0.0/8, or `[::1]`.
 *
 * Names below `.localhost` are not this machine: Node lets the network's DNS server resolve them.
 */
export function isLoopbackUrl({ hostname }: URL): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}

/**
 * Whether a URL's host is written as a name of this machine, or as an address that is not public:
 * loopback, private, link-local, reserved, multicast, or IPv6 that embeds an IPv4 address.
 *
 * A name that resolves to such an address is not recognised: only the spelling is checked.
 */
export function isInternalUrl(url: URL): boolean {
  const name = url.hostname.replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const address = name.replace(/^\[|\]$/g, '');
  const version = isIP(address);
  return version !== 0 && internal.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** Parses an absolute URL; `undefined` for any other value. */
export function parseUrl(value: unknown): URL | undefined {
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
}

/** Whether data sent to a URL stays confidential: https, or http to this machine. */
export function isConfidentialUrl(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackUrl(url));
}

/** Which URLs may be used besides confidential ones. */
export interface TransportRules {
  /** Whether http to other hosts is accepted: the option `dangerouslyAllowHttp`. */
  readonly allowHttp: boolean;
}

const CONFIDENTIAL_ONLY: TransportRules = { allowHttp: false };

/** The rule for an option that is a URL, as the end of a message. */
export const TRANSPORT_RULE =
  'must be an https URL; http is only accepted for localhost, 127.0.0.0/8 and [::1]; use https or set "dangerouslyAllowHttp"';

/** Whether data may be sent to a URL: it is confidential, or http where that is accepted. */
export function isTransportAllowed(url: URL, { allowHttp }: TransportRules): boolean {
  return isConfidentialUrl(url) || (allowHttp && url.protocol === 'http:');
}

/**
 * Whether a URL in an issuer's metadata may be requested: it is confidential, contains no
 * credentials, and has an internal host only if the issuer has one as well. Otherwise a public
 * issuer could make us send requests, and secrets, into our own network. The last of these holds
 * where http is accepted, too.
 *
 * @see RFC 9700 §4.9; RFC 8414 §6.2
 */
export function isReferenceAllowed(
  url: URL,
  issuer: URL,
  rules: TransportRules = CONFIDENTIAL_ONLY,
): boolean {
  if (hasUserinfo(url)) return false;
  return isTransportAllowed(url, rules) && (!isInternalUrl(url) || isInternalUrl(issuer));
}

/** Whether a URL contains a user name or a password. */
export function hasUserinfo(url: URL): boolean {
  return url.username !== '' || url.password !== '';
}

/**
 * Whether credentials may be sent to a URL: it is confidential, or http where that is accepted, and
 * contains neither credentials nor a fragment.
 *
 * @see RFC 6749 §3.2
 */
export function isUsableEndpoint(url: URL, rules: TransportRules): boolean {
  return isTransportAllowed(url, rules) && !hasUserinfo(url) && !url.href.includes('#');
}
