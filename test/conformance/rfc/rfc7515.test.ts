/** RFC 7515, JSON Web Signature. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { createTestCertificate } from '@scopegate/testing';
import { expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { RESOURCE, useFixture } from '../support/fixture.js';
import { createSigner, encode } from '../support/signer.js';
import { claimsFor, expectOutcome, headerFor, jwkOf, type Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';
import { openServer } from '../../support/listen.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const signer = createSigner('ES256');
const certificate = createTestCertificate();
const attacker = createSigner('ES256', {
  keyPair: {
    privateKey: createPrivateKey(certificate.tls.key),
    publicKey: createPublicKey(certificate.pem),
  },
});

/** The same octets with other unused bits in the last character. RFC 4648 §3.5. */
function respellings(segment: string): readonly string[] {
  const last = segment.slice(-1);
  const spareBits = { 2: 4, 3: 2 }[segment.length % 4] ?? 0;
  const first = ALPHABET.indexOf(last) & ~((1 << spareBits) - 1);
  const same = Array.from(ALPHABET.slice(first, first + (1 << spareBits)));
  return same.filter((other) => other !== last).map((other) => segment.slice(0, -1) + other);
}

/** A segment whose length leaves unused bits; white space pads the JSON. */
function withSpareBits(members: Members): string {
  let text = JSON.stringify(members);
  while (Buffer.byteLength(text) % 3 === 0) text += ' ';
  return encode(text);
}

function flipBit(segment: string): string {
  const octets = Buffer.from(segment, 'base64url');
  const middle = octets.length >> 1;
  octets[middle] = (octets[middle] ?? 0) ^ 1;
  return octets.toString('base64url');
}

async function openCanary(): Promise<{ readonly url: string; readonly requests: () => number }> {
  let requests = 0;
  const server = createServer((_req, res) => {
    requests += 1;
    res.setHeader('content-type', 'application/jwk-set+json');
    res.end(JSON.stringify({ keys: [attacker.publicJwk] }));
  });
  const { origin } = await openServer(server);
  return { url: `${origin}/keys`, requests: () => requests };
}

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { jwks: { keys: [signer.publicJwk] } } });
  const sign = (header: Members = {}, claims: Members = {}): string =>
    signer.sign(header, claimsFor(rs, claims));
  const signText = (header: string | Uint8Array, payload: string | Uint8Array): string =>
    signer.sign(header, payload);
  const goodHeader = JSON.stringify(headerFor(signer));
  const goodPayload = (): string => JSON.stringify(claimsFor(rs));

  verifies(
    'rfc7515#2/base64url-without-padding',
    'base64url: accepts no padding, white space or other spelling',
    async () => {
      let token = sign();
      // White space after a field value does not belong to it. RFC 9110 §5.5.
      expect(await rs.present(`${token} `)).toBe('200');
      while (!/[-_][^.]*$/.test(token)) token = sign();
      const standard = token.replaceAll('-', '+').replaceAll('_', '/');
      const payload = encode(goodPayload());
      await expectOutcome(rs, '401-it', {
        'padded once': `${token}=`,
        'padded twice': `${token}==`,
        'standard alphabet': standard,
        'a signed payload with a stray octet': signer.signSegments(
          encode(goodHeader),
          `${payload}~`,
        ),
      });
      const middle = token.length >> 1;
      await expectOutcome(rs, '400-ir', {
        'an inner space': `${token.slice(0, middle)} ${token.slice(middle)}`,
        'a signed padded header': signer.signSegments(`${encode(goodHeader)}=`, payload),
        'a signed padded payload': signer.signSegments(encode(goodHeader), `${payload}==`),
        'an inner tab': `${token.slice(0, middle)}\t${token.slice(middle)}`,
      });
    },
  );

  verifies(
    'rfc7515#2/one-spelling-per-token',
    'base64url: accepts one spelling of a segment, with unused bits zero',
    async () => {
      const token = sign();
      const [header = '', payload = '', signature = ''] = token.split('.');
      expect(await rs.present(token)).toBe('200');
      const others = respellings(signature);
      expect(others).toHaveLength(15);
      for (const other of others) {
        expect(await rs.present(`${header}.${payload}.${other}`), other.slice(-1)).toBe('401-it');
      }
      const oddHeader = respellings(withSpareBits(headerFor(signer)))[0] ?? '';
      const oddPayload = respellings(withSpareBits(claimsFor(rs)))[0] ?? '';
      await expectOutcome(rs, '401-it', {
        'a signed header': signer.signSegments(oddHeader, payload),
        'a signed payload': signer.signSegments(header, oddPayload),
      });
    },
  );

  verifies(
    'rfc7515#7.1/three-parts-compact-only',
    'compact serialization: accepts three parts and no JSON serialization',
    async () => {
      const token = sign();
      const [header = '', payload = '', signature = ''] = token.split('.');
      await expectOutcome(rs, '401-it', {
        'one part': payload,
        'two parts': `${header}.${payload}`,
        'two signed parts': `${header}.${signature}`,
        'four parts': `${token}.${signature}`,
        'a dot behind': `${token}.`,
        'a dot before': `.${token}`,
        'one dot': '.',
        'two dots': '..',
        'no header': `.${payload}.${signature}`,
        'no payload': `${header}..${signature}`,
        'an encrypted token': rs.issuer.forge.encrypted(),
      });
      await expectOutcome(rs, '400-ir', {
        flattened: JSON.stringify({ protected: header, payload, signature }),
        general: JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
      });
    },
  );

  verifies(
    'rfc7515#4/no-duplicate-header-parameter',
    'JOSE header: refuses a duplicate member',
    async () => {
      const twice = (first: string): string => goodHeader.replace('{', `{${first},`);
      expect(await rs.present(signText(goodHeader, goodPayload()))).toBe('200');
      await expectOutcome(rs, '401-it', {
        'none first': signText(twice('"alg":"none"'), goodPayload()),
        'none last': signText(goodHeader.replace('}', ',"alg":"none"}'), goodPayload()),
        'the same value': signText(twice('"alg":"ES256"'), goodPayload()),
        'another spelling of the name': signText(twice('"\\u0061lg":"none"'), goodPayload()),
        'deep inside': signText(twice('"x":[{"y":1,"y":2}]'), goodPayload()),
      });
    },
  );

  verifies(
    'rfc7515#5.2/header-is-one-json-object',
    'JOSE header: requires one JSON object in UTF-8',
    async () => {
      const notUtf8 = Buffer.from(goodHeader.replace('{', '{"x":"\xff",'), 'latin1');
      await expectOutcome(rs, '401-it', {
        'an array': signText(`[${goodHeader}]`, goodPayload()),
        'a string': signText(JSON.stringify(goodHeader), goodPayload()),
        null: signText('null', goodPayload()),
        nothing: signText('', goodPayload()),
        'not UTF-8': signText(notUtf8, goodPayload()),
        'UTF-16': signText(Buffer.from(goodHeader, 'utf16le'), goodPayload()),
        'a byte order mark': signText(`\ufeff${goodHeader}`, goodPayload()),
        'characters behind': signText(`${goodHeader}x`, goodPayload()),
        'cut short': signText(goodHeader.slice(0, -1), goodPayload()),
      });
    },
  );

  verifies(
    'rfc7515#10.12/nothing-after-json-text',
    'JOSE header: refuses characters after the end of the JSON',
    async () => {
      // White space is allowed there. RFC 8259 §2.
      expect(await rs.present(signText(goodHeader, `${goodPayload()} \r\n\t`))).toBe('200');
      await expectOutcome(rs, '401-it', {
        letters: signText(goodHeader, `${goodPayload()}ABCD`),
        'a brace': signText(goodHeader, `${goodPayload()}}`),
        'another object': signText(goodHeader, `${goodPayload()}{}`),
        'a NUL': signText(goodHeader, `${goodPayload()}\0`),
        'a comment': signText(goodHeader, `${goodPayload()}//`),
      });
    },
  );

  verifies(
    'rfc7515#4.1.1/alg-is-accepted-to-the-letter',
    'alg: compares it to the letter',
    async () => {
      const spellings = [
        undefined,
        'es256',
        'Es256',
        'ES256 ',
        ' ES256',
        '',
        1,
        null,
        ['ES256'],
        {},
      ];
      for (const alg of spellings) {
        expect(await rs.present(sign({ alg })), JSON.stringify(alg)).toBe('401-it');
      }
    },
  );

  verifies(
    'rfc7515#4.1.2/token-brings-no-keys',
    'jwk, jku, x5c and x5u: uses no key of a header and fetches none',
    async () => {
      const canary = await openCanary();
      const jwk = jwkOf(attacker, { kid: undefined });
      const x5c = [certificate.der.toString('base64')];
      const forge = (header: Members): string => attacker.sign(header, claimsFor(rs));
      await expectOutcome(rs, '401-it', {
        jwk: forge({ jwk }),
        'jwk without kid': forge({ jwk, kid: undefined }),
        'jwk with its own kid': forge({ jwk: { ...jwk, kid: 'evil' }, kid: 'evil' }),
        x5c: forge({ x5c, kid: undefined }),
        jku: forge({ jku: canary.url, kid: 'evil' }),
        x5u: forge({ x5u: canary.url, kid: 'evil' }),
        'all of them': forge({ jwk, x5c, jku: canary.url, x5u: canary.url }),
      });
      expect(canary.requests()).toBe(0);
      // With the right key they do no harm.
      expect(await rs.present(sign({ jku: canary.url, jwk, x5c, x5u: canary.url }))).toBe('200');
      expect(canary.requests()).toBe(0);
    },
  );

  verifies(
    'rfc7515#4.1.4/kid-is-case-sensitive-string',
    'kid: requires a string and compares it to the letter',
    async () => {
      for (const kid of [1, {}, ['k1'], null, true, 'K1', 'k1 ', ' k1', 'k1\u0000', '']) {
        expect(await rs.present(sign({ kid })), JSON.stringify(kid)).toBe('401-it');
      }
    },
  );

  verifies(
    'rfc7515#4.1.11/unknown-critical-extension-invalid',
    'crit: refuses each extension',
    async () => {
      expect(await rs.present(sign({ x: 1 }))).toBe('200');
      expect(await rs.present(sign({ crit: ['x'], x: 1 }))).toBe('401-it');
    },
  );

  verifies(
    'rfc7515#4.1.11/ill-formed-crit-invalid',
    'crit: refuses a malformed value',
    async () => {
      for (const crit of [[], ['alg'], ['x'], ['x', 'x'], 'x', [1], {}, null, true]) {
        expect(await rs.present(sign({ crit })), JSON.stringify(crit)).toBe('401-it');
      }
    },
  );

  verifies(
    'rfc7515#5.2/bad-signature-invalid',
    'signature: refuses one that does not verify, or is empty',
    async () => {
      const token = sign();
      const [header = '', payload = '', signature = ''] = token.split('.');
      expect(await rs.present(token)).toBe('200');
      await expectOutcome(rs, '401-it', {
        'a bit of the header': `${flipBit(header)}.${payload}.${signature}`,
        'a bit of the payload': `${header}.${flipBit(payload)}.${signature}`,
        'a bit of the signature': `${header}.${payload}.${flipBit(signature)}`,
        'no signature': `${header}.${payload}.`,
        "another key's": attacker.sign({}, claimsFor(rs)),
        "another token's": `${header}.${payload}.${sign().split('.')[2] ?? ''}`,
        'changed claims': `${header}.${encode(claimsFor(rs, { sub: 'admin' }))}.${signature}`,
      });
    },
  );
});

const rsa = createSigner('RS256');

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { jwks: { keys: [jwkOf(rsa, { alg: undefined })] } } });

  verifies(
    'rfc7515#10.6/signature-of-named-algorithm',
    'signature: must be of the algorithm in the header',
    async () => {
      const labelled = (alg: 'RS256' | 'PS256' | 'RS512', by: 'RS256' | 'PS256'): string => {
        const input = `${encode(headerFor(rsa, { alg }))}.${encode(claimsFor(rs))}`;
        return `${input}.${rsa.signature(input, by).toString('base64url')}`;
      };
      await expectOutcome(rs, '200', {
        RS256: labelled('RS256', 'RS256'),
        PS256: labelled('PS256', 'PS256'),
      });
      await expectOutcome(rs, '401-it', {
        'PS256 as RS256': labelled('RS256', 'PS256'),
        'RS256 as PS256': labelled('PS256', 'RS256'),
        'RS256 as RS512': labelled('RS512', 'RS256'),
      });
    },
  );
});

verifies(
  'rfc7515#2/base64url-without-padding',
  'base64url: refuses white space and padding in verify()',
  async () => {
    const [issuer, now] = ['https://as.example', Math.floor(Date.now() / 1000)];
    const verifier = createAccessTokenVerifier({
      issuer,
      audience: RESOURCE,
      jwks: { keys: [signer.publicJwk] },
    });
    const claims = { iss: issuer, aud: RESOURCE, exp: now + 60, client_id: 'c', scope: 'read' };
    const token = signer.sign({}, claims);
    await expect(verifier.verify(token)).resolves.toMatchObject({ issuer });
    const middle = token.length >> 1;
    for (const space of [' ', '\t', '\n', '\r\n', '\u00a0', '\u2028', '\0', '=', '==']) {
      const inner = token.slice(0, middle) + space + token.slice(middle);
      for (const spelling of [`${token}${space}`, `${space}${token}`, inner]) {
        await expect(verifier.verify(spelling)).rejects.toMatchObject({ reason: 'malformed' });
      }
    }
  },
);
