/**
 * The options for tokens that are bound to a certificate.
 *
 * @module
 */
import type { CertificateFormat } from './certificate-format.js';

/** The header in which a reverse proxy sends the certificate of its client. */
export interface CertificateHeader {
  /**
   * The name of the header, in any case: `'client-cert'` (RFC 9440), `'x-forwarded-client-cert'` (Envoy).
   * The proxy must remove or replace a header of that name that its client has sent. A header with
   * several lines is ignored.
   */
  readonly header: string;
  /** How the header contains the certificate. Any other value is ignored. */
  readonly format: CertificateFormat;
  /**
   * The addresses of the proxies, as the server sees them: IP addresses, or networks such as
   * `'10.0.0.0/8'` and `'fd00::/8'`; or `'unix-socket'` for a proxy on the same host that connects to
   * the Unix domain socket of the server. The header is ignored in requests of any other peer.
   *
   * Every sender at these addresses can impersonate every client, so do not list a CDN or a load
   * balancer that other customers share, unless it authenticates itself by its own certificate or a
   * private link. `trust proxy` of Express is not used.
   */
  readonly from: readonly string[] | 'unix-socket';
}

/** Options for tokens that are bound to a certificate. RFC 8705. */
export interface MtlsOptions {
  /**
   * Where the certificate of the client is read: `'socket'` if Node terminates TLS, with the option
   * `requestCert` of its server; otherwise the header of the proxy that terminates TLS. Only this
   * source is read. The thumbprint of the certificate is compared with the token; its issuer and its
   * validity are not checked. RFC 8705 §6.2.
   */
  readonly certificate: 'socket' | CertificateHeader;
}
