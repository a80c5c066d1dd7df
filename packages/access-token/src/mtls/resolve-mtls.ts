/**
 * The options for tokens that are bound to a certificate, checked.
 *
 * @module
 */
import {
  assertKnownOptions,
  didYouMean,
  invalidOption,
  isPlainObject,
  isStringArray,
} from '@scopegate/protocol/internal';
import { CERTIFICATE_FORMATS, type CertificateFormat } from './certificate-format.js';
import type { CertificateSource } from './certificate-source.js';
import { parsePeerNetwork, type PeerNetwork } from './peer-network.js';
import { createTrustedPeers, isUnixPeer, type TrustedPeers } from './trusted-peers.js';

/** What express-oauth2-jwt-bearer calls them. */
const HINTS = {
  enabled: 'write "certificate": where the certificate comes from',
  required: 'write senderConstraint: "mtls" next to "mtls"',
};

/** RFC 9110 §5.1. */
const FIELD_NAME = /^[!#$%&'*+.^`|~\w-]+$/;

/**
 * Checks the option `mtls`.
 *
 * @returns `undefined` when it is omitted.
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveMtls(given: unknown): CertificateSource | undefined {
  if (given === undefined) return undefined;
  assertKnownOptions('option "mtls"', given, { names: ['certificate'], hints: HINTS });
  const { certificate } = given;
  if (certificate === 'socket') return certificate;
  if (!isPlainObject(certificate)) {
    throw invalidOption('mtls.certificate', 'must be "socket" or { header, format, from }');
  }
  assertKnownOptions('option "mtls.certificate"', certificate, ['header', 'format', 'from']);
  return Object.freeze({
    header: readHeader(certificate['header']),
    format: readFormat(certificate['format']),
    isTrustedPeer: readPeers(certificate['from']),
  });
}

function readHeader(given: unknown): string {
  if (typeof given === 'string' && FIELD_NAME.test(given)) return given.toLowerCase();
  throw invalidOption('mtls.certificate.header', 'must be the name of a header');
}

function readFormat(given: unknown): CertificateFormat {
  const format = CERTIFICATE_FORMATS.find((known) => known === given);
  if (format !== undefined) return format;
  const nearest = typeof given === 'string' ? didYouMean(given, CERTIFICATE_FORMATS) : '';
  const expected = `must be one of ${CERTIFICATE_FORMATS.join(', ')}`;
  throw invalidOption('mtls.certificate.format', `${expected}${nearest}`);
}

function readPeers(given: unknown): TrustedPeers {
  if (given === 'unix-socket') return isUnixPeer;
  if (!isStringArray(given) || given.length === 0) {
    throw invalidOption(
      'mtls.certificate.from',
      'must be "unix-socket" or a non-empty array of IP addresses and networks',
    );
  }
  return createTrustedPeers(given.map(readNetwork));
}

function readNetwork(given: string): PeerNetwork {
  const network = parsePeerNetwork(given);
  if (network !== undefined) return network;
  if (/^[\d.:]+\/0$/.test(given)) {
    throw invalidOption(
      'mtls.certificate.from',
      `must not contain "${given}", because any client could then set the header`,
    );
  }
  throw invalidOption(
    'mtls.certificate.from',
    `must contain IP addresses, or networks such as 10.0.0.0/8; replace "${given}"`,
  );
}
