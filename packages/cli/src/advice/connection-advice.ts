/**
 * Failures of connections, by the system's error code, and the advice on them.
 *
 * @module
 */
import type { Advice } from './advice.js';

/** The names of the findings about connections. */
export type ConnectionCode =
  | 'host_unknown'
  | 'connection_refused'
  | 'connection_failed'
  | 'timed_out'
  | 'certificate_untrusted'
  | 'certificate_invalid'
  | 'tls_failed';

/** A kind of failure, and the system's error codes for it. */
export interface ConnectionFault {
  readonly code: ConnectionCode;
  /** What each system code means beyond the kind of failure; `''` for nothing. */
  readonly codes: ReadonlyMap<string, string>;
  /** Describes the failure of a request. */
  readonly describe: (url: URL) => string;
}

const nothingMore = (...codes: string[]): ReadonlyMap<string, string> =>
  new Map(codes.map((code) => [code, '']));

/** The known failures. */
export const CONNECTION_FAULTS: readonly ConnectionFault[] = [
  {
    code: 'host_unknown',
    codes: nothingMore('ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME'),
    describe: ({ hostname }) => `DNS has no address for ${hostname}`,
  },
  {
    code: 'connection_refused',
    codes: nothingMore('ECONNREFUSED'),
    describe: ({ host }) => `${host} refused the connection`,
  },
  {
    code: 'timed_out',
    codes: nothingMore('ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'),
    describe: ({ host }) => `${host} did not answer in time`,
  },
  {
    code: 'certificate_untrusted',
    codes: new Map([
      ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
      ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'],
      ['UNABLE_TO_GET_ISSUER_CERT', 'unable to get issuer certificate'],
      ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate'],
      ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'],
    ]),
    describe: ({ host }) => `the certificate of ${host} is not trusted`,
  },
  {
    code: 'certificate_invalid',
    codes: new Map([
      ['CERT_HAS_EXPIRED', 'certificate has expired'],
      ['CERT_NOT_YET_VALID', 'certificate is not yet valid'],
      ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate of another host'],
    ]),
    describe: ({ host }) => `the certificate of ${host} is not valid`,
  },
  {
    code: 'tls_failed',
    codes: new Map([
      ['ERR_SSL_WRONG_VERSION_NUMBER', 'the port does not use TLS'],
      ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'the port does not use TLS'],
      ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'unsupported version of TLS'],
      ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'unsupported version of TLS'],
      ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'handshake failure'],
      ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'the server requires a client certificate'],
      ['EPROTO', ''],
    ]),
    describe: ({ host }) => `a TLS connection to ${host} cannot be established`,
  },
];

const NO_ANSWER = 'without a response the verifier has no keys and cannot verify tokens';

/** The advice on each finding. */
export const CONNECTION_ADVICE: Readonly<Record<ConnectionCode, Advice>> = {
  host_unknown: {
    severity: 'error',
    rfc: 'RFC 1034 §4.3',
    why: NO_ANSWER,
    fix: 'check the spelling of the host name, and that DNS resolves it on the machine that runs the API',
  },
  connection_refused: {
    severity: 'error',
    rfc: 'RFC 9293 §3.5',
    why: NO_ANSWER,
    fix: 'check the host and the port, and that the authorization server is running',
  },
  connection_failed: {
    severity: 'error',
    rfc: 'RFC 9110 §9.3.1',
    why: NO_ANSWER,
    fix: 'check the network, the proxy and the log of the authorization server',
  },
  timed_out: {
    severity: 'error',
    rfc: 'RFC 9110 §15.6.5',
    why: NO_ANSWER,
    fix: 'check the network and the firewall; for a slow server, raise --timeout here and "keySet.timeoutMs" in the resource server',
  },
  certificate_untrusted: {
    severity: 'error',
    rfc: 'RFC 5280 §6.1',
    why: 'anyone on the network could present such a certificate, so the connection is closed',
    fix: 'if a private authority issued the certificate, start this command and the API with NODE_EXTRA_CA_CERTS=/path/to/ca.pem; otherwise send the intermediate certificates too',
  },
  certificate_invalid: {
    severity: 'error',
    rfc: 'RFC 5280 §6.1',
    why: 'anyone on the network could present such a certificate, so the connection is closed',
    fix: 'renew the certificate for this host, or use the host that the certificate names',
  },
  tls_failed: {
    severity: 'error',
    rfc: 'RFC 8446 §4.1',
    why: NO_ANSWER,
    fix: 'check the port, the TLS versions of the server, and whether it requires a client certificate',
  },
};
