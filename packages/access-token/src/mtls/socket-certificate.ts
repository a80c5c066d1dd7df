/**
 * The certificate that a client has sent in the TLS handshake.
 *
 * @module
 */
import { certificateOf, type FoundCertificate } from './found-certificate.js';

/** A connection that may be TLS, as `node:tls` has it; what it returns is unchecked. */
export interface TlsPeer {
  readonly getPeerX509Certificate?: () => { readonly raw?: Uint8Array } | undefined;
}

const known = new WeakMap<TlsPeer, FoundCertificate>();

/**
 * Finds the certificate of a TLS connection. TLS has verified that the client possesses its key; the
 * server need not trust its issuer, so `socket.authorized` is not read. A resumed session has the
 * certificate of the first one.
 *
 * The result is cached with the connection, unless the certificate is missing: TLS 1.2 lets a server
 * request one later.
 *
 * @see RFC 8705 §3, §6.2
 */
export function findSocketCertificate(socket: TlsPeer): FoundCertificate {
  const cached = known.get(socket);
  if (cached !== undefined) return cached;
  if (typeof socket.getPeerX509Certificate !== 'function') return { missing: 'no_tls' };
  // `getPeerCertificate()` also parses the certificate, which takes five times as long.
  const raw = socket.getPeerX509Certificate()?.raw;
  const found = raw instanceof Uint8Array ? certificateOf(raw) : NOT_SENT;
  if (found.thumbprint !== undefined) known.set(socket, found);
  return found;
}

const NOT_SENT: FoundCertificate = { missing: 'not_sent' };
