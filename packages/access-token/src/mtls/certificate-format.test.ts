import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CERTIFICATE_FORMATS,
  type CertificateFormat,
  parseCertificateField,
} from './certificate-format.js';
import type { FoundCertificate } from './found-certificate.js';

const sha256 = (octets: Uint8Array): string =>
  createHash('sha256').update(octets).digest('base64url');

// Octets whose base64 contains + and /, and is padded.
const DER = Buffer.from([...Array(400).keys()].map((index) => (index * 251) % 256)).subarray(
  0,
  400,
);
const OTHER = Buffer.from('another certificate');
const BASE64 = DER.toString('base64');
const HEX = createHash('sha256').update(DER).digest('hex');
const FOUND: FoundCertificate = { thumbprint: sha256(DER) };
const MALFORMED: FoundCertificate = { missing: 'malformed_header' };
const NOT_SENT: FoundCertificate = { missing: 'not_sent' };
const REPEATED: FoundCertificate = { missing: 'repeated_header' };

interface PemLayout {
  readonly width?: number;
  readonly eol?: string;
}

function pemOf(der: Uint8Array, { width = 64, eol = '\n' }: PemLayout = {}): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join(eol);
}

const PEM = pemOf(DER);
const escaped = encodeURIComponent(PEM);

// RFC 9440, Figure 2, without its line breaks.
const RFC9440_FIGURE_2 =
  ':MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:';

type Row = readonly [title: string, value: string, found: FoundCertificate];

const ROWS: Readonly<Record<CertificateFormat, readonly Row[]>> = {
  rfc9440: [
    ['base64 between colons', `:${BASE64}:`, FOUND],
    ['the empty Byte Sequence of HAProxy', '::', NOT_SENT],
    ['no colons', BASE64, MALFORMED],
    ['no first colon', `${BASE64}:`, MALFORMED],
    ['no last colon', `:${BASE64}`, MALFORMED],
    ['one colon', ':', MALFORMED],
    ['parameters', `:${BASE64}:;a=1`, MALFORMED],
    ['two values', `:${BASE64}:, :${BASE64}:`, MALFORMED],
    ['two values without a space', `:${BASE64}:,:${BASE64}:`, MALFORMED],
    ['white space within', `:${BASE64.slice(0, 64)} ${BASE64.slice(64)}:`, MALFORMED],
    ['white space around', ` :${BASE64}: `, MALFORMED],
    ['missing padding', `:${BASE64.replace(/=+$/, '')}:`, MALFORMED],
    ['unused bits that are not zero', ':QR==:', MALFORMED],
    ['base64url', `:${DER.toString('base64url')}:`, MALFORMED],
    ['a string', `"${BASE64}"`, MALFORMED],
    ['PEM', escaped, MALFORMED],
  ],
  'base64-der': [
    ['base64', BASE64, FOUND],
    ['colons', `:${BASE64}:`, MALFORMED],
    ['two values', `${BASE64},${BASE64}`, MALFORMED],
    ['missing padding', BASE64.replace(/=+$/, ''), MALFORMED],
    ['too much padding', `${BASE64}=`, MALFORMED],
    ['base64url', DER.toString('base64url'), MALFORMED],
    ['a line break', BASE64.replace(/(.{64})/, '$1\n'), MALFORMED],
    ['percent-encoded base64', encodeURIComponent(BASE64), MALFORMED],
  ],
  'escaped-pem': [
    ['percent-encoded PEM', escaped, FOUND],
    ['a bare + and /, as AWS sends them', encodeURI(PEM), FOUND],
    ['lower-case percent-encoding', escaped.replace(/%../g, (octet) => octet.toLowerCase()), FOUND],
    ['PEM without percent-encoding', PEM.replaceAll('\n', ' ').trim(), FOUND],
    ['CRLF', encodeURIComponent(pemOf(DER, { eol: '\r\n' })), FOUND],
    ['lines of 76 characters', encodeURIComponent(pemOf(DER, { width: 76 })), FOUND],
    ['one line', encodeURIComponent(pemOf(DER, { width: 9999 })), FOUND],
    ['a chain, the certificate of the client first', encodeURIComponent(PEM + pemOf(OTHER)), FOUND],
    [
      'a chain, the certificate of the client last',
      encodeURIComponent(pemOf(OTHER) + PEM),
      { thumbprint: sha256(OTHER) },
    ],
    ['text before', encodeURIComponent(`subject=CN = a\n${PEM}`), MALFORMED],
    ['white space before', encodeURIComponent(`\n${PEM}`), MALFORMED],
    ['text after', encodeURIComponent(`${PEM}a`), MALFORMED],
    ['two fields that a proxy has joined', `${escaped}, ${escaped}`, MALFORMED],
    ['another label', escaped.replaceAll('CERTIFICATE', 'TRUSTED%20CERTIFICATE'), MALFORMED],
    [
      'a key before',
      encodeURIComponent(PEM.replaceAll('CERTIFICATE', 'PUBLIC KEY') + PEM),
      MALFORMED,
    ],
    ['no end', escaped.slice(0, -30), MALFORMED],
    [
      'no content',
      encodeURIComponent(PEM.replace(BASE64.slice(0, 64), '').slice(0, 28) + PEM.slice(-26)),
      MALFORMED,
    ],
    ['only white space as content', encodeURIComponent(pemOf(Buffer.of())), MALFORMED],
    [
      'base64 with unused bits that are not zero',
      '-----BEGIN CERTIFICATE-----QR==-----END CERTIFICATE-----',
      MALFORMED,
    ],
    ['base64url', encodeURIComponent(PEM.replaceAll('+', '-').replaceAll('/', '_')), MALFORMED],
    [
      'PEM headers',
      encodeURIComponent(PEM.replace('\n', '\nProc-Type: 4,ENCRYPTED\n\n')),
      MALFORMED,
    ],
    ['+ for a space', escaped.replaceAll('%20', '+'), MALFORMED],
    ['a percent sign without digits', `${escaped}%`, MALFORMED],
    ['octets that are not UTF-8', `${escaped}%ff`, MALFORMED],
    ['percent-encoding of percent-encoding', encodeURIComponent(escaped), MALFORMED],
    ['base64', BASE64, MALFORMED],
  ],
  xfcc: [
    ['Hash only', `Hash=${HEX}`, FOUND],
    ['what Envoy sends', `By=spiffe://a/b;Hash=${HEX};Subject="CN=a";URI=spiffe://c/d`, FOUND],
    ['Hash in upper case', `Hash=${HEX.toUpperCase()}`, FOUND],
    ['a quoted Hash', `Hash="${HEX}"`, FOUND],
    ['keys in any case', `BY=a;HASH=${HEX}`, FOUND],
    ['; and , in a quoted Subject', `Subject="O=a;Hash=b,CN=c";Hash=${HEX}`, FOUND],
    ['an escaped quote in Subject', String.raw`Subject="O=\"a\";Hash=b";Hash=${HEX}`, FOUND],
    ['a backslash at the end of Subject', String.raw`Hash=${HEX};Subject="O=a\\"`, FOUND],
    ['empty values', `By=;Hash=${HEX};Subject="";URI=`, FOUND],
    ['several URI and DNS', `Hash=${HEX};URI=a;URI=b?c=d;DNS=e;DNS=f`, FOUND],
    ['a certificate beside Hash', `Hash=${HEX};Cert="${escaped}";Chain="${escaped}"`, FOUND],
    ['two elements', `Hash=${HEX},Hash=${HEX}`, REPEATED],
    ['two elements and a space', `Hash=${HEX}, By=a;Hash=${HEX}`, REPEATED],
    ['an element that a URI begins', `Hash=${HEX};URI=a,Hash=${HEX}`, REPEATED],
    ['two Hash', `Hash=${HEX};Hash=${HEX}`, MALFORMED],
    ['two Hash in different case', `Hash=${HEX};hash=${HEX}`, MALFORMED],
    ['a Hash that a URI contains', `Hash=${HEX};URI=a;Hash=${HEX}`, MALFORMED],
    ['no Hash', `By=a;Cert="${escaped}"`, MALFORMED],
    ['Hash of another length', `Hash=${HEX.slice(2)}`, MALFORMED],
    ['Hash in base64url', `Hash=${sha256(DER)}`, MALFORMED],
    ['Hash with white space', `Hash= ${HEX}`, MALFORMED],
    ['an empty Hash', 'Hash=', MALFORMED],
    ['an open quote', `Hash=${HEX};Subject="CN=a`, MALFORMED],
    ['text after a quote', `Subject="a"b;Hash=${HEX}`, MALFORMED],
    ['a quote within a value', `Subject=a"b";Hash=${HEX}`, MALFORMED],
    ['a pair without a value', `By;Hash=${HEX}`, MALFORMED],
    ['; at the end', `Hash=${HEX};`, MALFORMED],
    ['; at the start', `;Hash=${HEX}`, MALFORMED],
    ['hexadecimal digits', HEX, MALFORMED],
  ],
  'sha256-hex': [
    ['lower case', HEX, FOUND],
    ['upper case', HEX.toUpperCase(), FOUND],
    ['colons, as in fingerprint256 of Node', HEX.replace(/..(?!$)/g, '$&:'), MALFORMED],
    ['two values', `${HEX},${HEX}`, MALFORMED],
    ['SHA-1', HEX.slice(0, 40), MALFORMED],
    ['one digit more', `${HEX}0`, MALFORMED],
    ['a prefix', `0x${HEX.slice(2)}`, MALFORMED],
    ['a line break', `${HEX}\n`, MALFORMED],
    ['base64url', sha256(DER), MALFORMED],
  ],
};

describe('parseCertificateField', () => {
  for (const format of CERTIFICATE_FORMATS) {
    it.each(ROWS[format])(`${format}: %s`, (_title, value, found) => {
      expect(parseCertificateField(value, format)).toEqual(found);
    });

    it(`${format}: an empty field`, () => {
      expect(parseCertificateField('', format)).toEqual(NOT_SENT);
    });

    it(`${format}: never throws, whatever the field contains`, () => {
      const text = fc.oneof(
        fc.string({ maxLength: 300 }),
        fc.stringMatching(/^(?:[;,="\\%:A-F0-9]|Hash|-----(?:BEGIN|END) CERTIFICATE-----)*$/),
      );
      fc.assert(
        fc.property(text, (value) => {
          expect(parseCertificateField(value, format)).toBeTypeOf('object');
        }),
        { seed: 1 },
      );
    });
  }

  it('reads the example of RFC 9440', () => {
    const der = Buffer.from(RFC9440_FIGURE_2.slice(1, -1), 'base64');
    expect(parseCertificateField(RFC9440_FIGURE_2, 'rfc9440')).toEqual({ thumbprint: sha256(der) });
    expect(der.length).toBe(428);
  });

  it('reads any octets in every format that contains them', () => {
    const layout = fc.record({
      width: fc.integer({ min: 4, max: 80 }),
      eol: fc.constantFrom('\n', '\r\n', ' ', '\n\n'),
    });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), layout, (der, pem) => {
        const base64 = Buffer.from(der).toString('base64');
        const found = { thumbprint: sha256(der) };
        const escapedPem = encodeURIComponent(pemOf(der, pem));
        expect(parseCertificateField(base64, 'base64-der')).toEqual(found);
        expect(parseCertificateField(`:${base64}:`, 'rfc9440')).toEqual(found);
        expect(parseCertificateField(escapedPem, 'escaped-pem')).toEqual(found);
      }),
      { seed: 1 },
    );
  });

  it('reads Hash of xfcc between any other pairs, as Envoy writes them', () => {
    const quoted = fc.string().map((text) => `"${text.replace(/["\\]/g, String.raw`\$&`)}"`);
    const plain = fc.stringMatching(/^[\w:/.=-]*$/);
    const key = fc.constantFrom('By', 'Subject', 'URI', 'DNS', 'Cert', 'Chain');
    const pair = fc.tuple(key, fc.oneof(quoted, plain)).map((parts) => parts.join('='));
    const pairs = fc.array(pair, { maxLength: 5 });
    fc.assert(
      fc.property(pairs, pairs, fc.uint8Array(), (before, after, der) => {
        const hash = `Hash=${Buffer.from(sha256(der), 'base64url').toString('hex')}`;
        const value = [...before, hash, ...after].join(';');
        expect(parseCertificateField(value, 'xfcc')).toEqual({ thumbprint: sha256(der) });
      }),
      { seed: 1 },
    );
  });
});
