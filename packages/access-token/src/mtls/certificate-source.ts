/**
 * Where the certificate of a client comes from.
 *
 * @module
 */

/** The connection of a request, as `node:net` and `node:tls` have it; every member is unchecked. */
export interface PeerSocket {
  readonly remoteAddress?: string | undefined;
  readonly getPeerCertificate?: () => object;
}

/** A request from which the certificate of the client is read. */
export interface CertificateCarrier {
  readonly socket: PeerSocket;
  /** Lists the lines of a field, none of them joined; the name is in lower case. */
  readonly fieldLines: (name: string) => readonly string[];
}

/** Where the certificate is read: from the connection, or from a field that listed peers may set. */
export type CertificateSource = 'socket';

/**
 * Reads the certificate of the client.
 *
 * @returns The SHA-256 of its DER in base64url; `undefined` without a certificate that may be trusted.
 * @see RFC 8705 §3.1
 */
export function readCertificate(
  _source: CertificateSource,
  _carrier: CertificateCarrier,
): string | undefined {
  return undefined;
}
