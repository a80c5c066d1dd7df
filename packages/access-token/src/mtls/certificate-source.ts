/**
 * Where the certificate of a client comes from.
 *
 * @module
 */
import { type CertificateFormat, parseCertificateField } from './certificate-format.js';
import type { FoundCertificate } from './found-certificate.js';
import { findSocketCertificate, type TlsPeer } from './socket-certificate.js';
import type { AddressedPeer, TrustedPeers } from './trusted-peers.js';

/** The connection of a request, as `node:net` and `node:tls` have it. */
export type PeerSocket = TlsPeer & AddressedPeer;

/** A request from which the certificate of the client is read. */
export interface CertificateCarrier {
  readonly socket: PeerSocket;
  /** Lists the lines of a field, none of them joined; the name is in lower case. */
  readonly fieldLines: (name: string) => readonly string[];
}

/** A field that a reverse proxy sets to the certificate of its client. */
export interface HeaderSource {
  /** In lower case. */
  readonly header: string;
  readonly format: CertificateFormat;
  /** Whether the sender of a request is one of the proxies that set the field. */
  readonly isTrustedPeer: TrustedPeers;
}

/** Where the certificate is read: from the connection, or from a field that listed peers may set. */
export type CertificateSource = 'socket' | HeaderSource;

/**
 * Finds the certificate of the client. Reads one source and never another: behind a proxy, the
 * certificate of the connection is the proxy's own.
 *
 * @see RFC 8705 §3; RFC 9440 §2.4, §4
 */
export function findCertificate(
  source: CertificateSource,
  { socket, fieldLines }: CertificateCarrier,
): FoundCertificate {
  if (source === 'socket') return findSocketCertificate(socket);
  // RFC 9440 §4: any other peer may be a client that has set the field itself.
  if (!source.isTrustedPeer(socket)) return { missing: 'untrusted_peer' };
  const lines = fieldLines(source.header);
  const [line] = lines;
  if (line === undefined) return { missing: 'not_sent' };
  // RFC 9440 §2.2: a proxy that adds its line to that of the client has not removed the latter.
  if (lines.length > 1) return { missing: 'repeated_header' };
  return parseCertificateField(line, source.format);
}
