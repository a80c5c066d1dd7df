import { InvalidProofError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { readHeader } from '../jws/jose-header.js';
import { parseProof, parseProofHeader, requireProofField } from './unverified-proof.js';
import { encode } from '../../../../test/support/tokens.js';

const HEADER = encode({ typ: 'dpop+jwt', alg: 'ES256' });
const PAYLOAD = encode({ jti: '1' });
const SIGNATURE = encode('signature');
const PROOF = `${HEADER}.${PAYLOAD}.${SIGNATURE}`;

function refusalOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidProofError) return error.reason;
    throw error;
  }
}

describe('requireProofField', () => {
  it('returns the only line', () => {
    expect(requireProofField([PROOF])).toBe(PROOF);
  });

  it.each([
    ['no line', [], 'proof_missing'],
    ['two lines', [PROOF, PROOF], 'proof_repeated'],
    ['two lines, one of them empty', [PROOF, ''], 'proof_repeated'],
    ['two proofs in a line', [`${PROOF}, ${PROOF}`], 'proof_repeated'],
    ['a comma at the end', [`${PROOF},`], 'proof_repeated'],
    ['a comma at the start', [`,${PROOF}`], 'proof_repeated'],
  ])('refuses %s', (_case, lines, reason) => {
    expect(refusalOf(() => requireProofField(lines))).toBe(reason);
  });
});

describe('parseProof', () => {
  it('decodes everything but the header', () => {
    expect(parseProof(PROOF)).toEqual({
      header: HEADER,
      payload: { jti: '1' },
      signingInput: Buffer.from(`${HEADER}.${PAYLOAD}`),
      signature: Buffer.from('signature'),
    });
  });

  it('has a limit of 4,096 octets', () => {
    const longest = `${'A'.repeat(4_096 - `.${PAYLOAD}.AA`.length)}.${PAYLOAD}.AA`;
    expect(longest).toHaveLength(4_096);
    expect(refusalOf(() => parseProof(longest))).toBeUndefined();
    expect(refusalOf(() => parseProof(`A${longest}`))).toBe('proof_malformed');
    expect(refusalOf(() => parseProof(longest.padStart(100_000, 'A')))).toBe('proof_malformed');
  });

  it.each([
    ['an empty line', ''],
    ['white space', ' '],
    ['one segment', 'abc'],
    ['two segments', `${HEADER}.${PAYLOAD}`],
    ['four segments', `${PROOF}.`],
    ['two proofs with a space', `${PROOF} ${PROOF}`],
    ['padding', `${PROOF}=`],
    ['a character outside US-ASCII', `${PROOF}é`],
    ['a payload that is an array', `${HEADER}.${encode('[]')}.${SIGNATURE}`],
    ['a payload with a member twice', `${HEADER}.${encode('{"jti":1,"jti":1}')}.${SIGNATURE}`],
    ['a payload with a byte order mark', `${HEADER}.${encode('\uFEFF{}')}.${SIGNATURE}`],
    ['no payload', `${HEADER}..${SIGNATURE}`],
    ['unused bits in the signature', `${HEADER}.${PAYLOAD}.AB`],
  ])('refuses %s', (_case, field) => {
    expect(refusalOf(() => parseProof(field))).toBe('proof_malformed');
  });
});

describe('parseProofHeader', () => {
  const parse = (header: string): unknown => parseProofHeader(parseProof(`${header}.${PAYLOAD}.`));

  it('decodes the header', () => {
    expect(parse(HEADER)).toEqual({ typ: 'dpop+jwt', alg: 'ES256' });
  });

  it.each([
    ['nothing', ''],
    ['an array', encode('[]')],
    ['a member twice', encode('{"alg":"none","alg":"ES256"}')],
    ['padding', `${HEADER}=`],
    ['a scheme', `DPoP ${HEADER}`],
    ['crit', encode({ alg: 'ES256', crit: ['alg'] })],
    ['b64', encode({ alg: 'ES256', b64: true })],
  ])('refuses %s', (_case, header) => {
    expect(refusalOf(() => parse(header))).toBe('proof_malformed');
  });

  it('does not displace headers of access tokens from their cache', () => {
    const header = encode({ typ: 'at+jwt', alg: 'ES256', kid: 'cached' });
    const cached = readHeader(header);
    for (let proof = 0; proof < 300; proof += 1) parse(encode({ alg: 'ES256', jwk: { proof } }));
    expect(readHeader(header)).toBe(cached);
  });
});
