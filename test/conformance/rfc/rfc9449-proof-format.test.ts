/** RFC 9449 §4.3, the form of a proof: its field, its segments, its typ and its algorithm. */
import { createHmac, createPublicKey } from 'node:crypto';
import { describe, expect } from 'vitest';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import { createKeyPair } from '../../support/key-pairs.js';
import { createProver, PROOF_ALGORITHMS } from '../../support/proofs.js';
import { encode } from '../../support/tokens.js';
import {
  accepted,
  refusedBearerToken,
  refusedDpopToken,
  refusedProof,
  seenOf,
} from '../support/dpop-answers.js';
import {
  type Caller,
  createCaller,
  expectAnswers,
  expectRefusals,
  type ProofFactory,
  type RequestTable,
  TOKEN_STATES,
  withProofs,
} from '../support/dpop-caller.js';
import { useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

/** The longest proof that is read, in octets. */
const MAX_OCTETS = 4096;

/** A good proof with a claim that fills it up. */
function proofOfLength({ prove }: Caller, length: number): string {
  const filled = (size: number): string => prove({ claims: { fill: 'x'.repeat(size) } });
  const size = Math.floor(((length - filled(0).length) * 3) / 4);
  const proofs = [-2, -1, 0, 1, 2].map((change) => filled(size + change));
  const proof = proofs.find((each) => each.length === length);
  // One length in four cannot be reached with this claim; a longer algorithm name shifts it.
  return proof ?? prove({ claims: { fill: 'x'.repeat(size), x: 1 } });
}

type Segments = readonly [header: string, payload: string, signature: string];

/** The segments of a good proof, in another way. */
function respelt(change: (...segments: Segments) => string): ProofFactory {
  return ({ prove }) => change(...(prove().split('.') as unknown as Segments));
}

/** A proof that is signed over other octets of its header or its payload. */
function rewritten(part: 0 | 1, change: (json: string) => string | Buffer): ProofFactory {
  return ({ prove, prover }) => {
    const segments = prove().split('.').slice(0, 2);
    const json = Buffer.from(segments[part] ?? '', 'base64url').toString();
    const octets = Buffer.from(change(json) as string);
    const input = segments.with(part, octets.toString('base64url')).join('.');
    return `${input}.${prover.signature(input).toString('base64url')}`;
  };
}

const FIELDS: RequestTable = {
  'two lines': (caller) => caller.request([caller.prove(), caller.prove({ jti: 'another' })]),
  'the same line twice': (caller) => {
    const proof = caller.prove();
    return caller.request([proof, proof]);
  },
  'a good line and an empty one': (caller) => caller.request([caller.prove(), '']),
  'two proofs in a line': (caller) => caller.request(`${caller.prove()}, ${caller.prove()}`),
  'two proofs without a space': (caller) => caller.request(`${caller.prove()},${caller.prove()}`),
  'a comma at the end': (caller) => caller.request(`${caller.prove()},`),
  'a comma at the start': (caller) => caller.request(`,${caller.prove()}`),
};

const nextCharacter = (text: string): string =>
  text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1);

const MALFORMED: Readonly<Record<string, ProofFactory>> = {
  'an empty field': () => '',
  'one word': () => 'abc',
  'two dots': () => '..',
  'two segments': respelt((header, payload) => `${header}.${payload}`),
  'no header': respelt((_header, payload, signature) => `.${payload}.${signature}`),
  'no payload': respelt((header, _payload, signature) => `${header}..${signature}`),
  'four segments': respelt((...segments) => [...segments, 'x'].join('.')),
  'five segments': respelt((...segments) => [...segments, 'x', 'x'].join('.')),
  'two proofs and a space': ({ prove }) => `${prove()} ${prove()}`,
  'a space inside': respelt((header, payload, signature) => `${header}. ${payload}.${signature}`),
  'a quoted proof': ({ prove }) => `"${prove()}"`,
  'a padded signature': respelt((...segments) => `${segments.join('.')}==`),
  'another last character': respelt((header, payload, signature) =>
    [header, payload, nextCharacter(signature)].join('.'),
  ),
  '4097 octets': (caller) => proofOfLength(caller, MAX_OCTETS + 1),
  'a header that is a list': rewritten(0, (json) => `[${json}]`),
  'a header that is not JSON': rewritten(0, (json) => `${json},`),
  'a header with a member twice': rewritten(0, (json) => json.replace('{', '{"alg":"none",')),
  'a key with a member twice': rewritten(0, (json) => json.replace('"jwk":{', '"jwk":{"x":"A",')),
  'a header with a byte order mark': rewritten(0, (json) => `\ufeff${json}`),
  'a payload that is a string': rewritten(1, (json) => JSON.stringify(json)),
  'a payload that is a list': rewritten(1, (json) => `[${json}]`),
  'a payload with a claim twice': rewritten(1, (json) => json.replace('{', '{"htm":"POST",')),
  'a payload that is not UTF-8': rewritten(1, (json) =>
    Buffer.from(json.replace('{', '{"odd":"\xff",'), 'latin1'),
  ),
  crit: ({ prove }) => prove({ header: { crit: ['exp'], exp: 1 } }),
  'an empty crit': ({ prove }) => prove({ header: { crit: [] } }),
  b64: ({ prove }) => prove({ header: { b64: true } }),
};

const TYPES = [
  undefined,
  null,
  '',
  'JWT',
  'jwt',
  'at+jwt',
  'dpop',
  'jwt+dpop',
  'dpop+jwt ',
  'dpop+jws',
  'text/dpop+jwt',
  1,
  ['dpop+jwt'],
] as const;

/** A table with a proof for each value of a header parameter. */
function withHeader(name: string, values: readonly unknown[]): RequestTable {
  const entries = values.map((value): [string, ProofFactory] => [
    `${name}: ${JSON.stringify(value)}`,
    ({ prove }) => prove({ header: { [name]: value } }),
  ]);
  return withProofs(Object.fromEntries(entries));
}

const rsaPair = createKeyPair('rsa');
const rsa = createProver('RS256', rsaPair);

/** A proof by HMAC, with a secret that is public. */
function bySecret(secret: string | Buffer, jwk: object = rsa.jwk): ProofFactory {
  return ({ prove }) => {
    const header = encode({ typ: 'dpop+jwt', alg: 'HS256', jwk });
    const input = `${header}.${prove().split('.')[1] ?? ''}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
}

const rsaKey = createPublicKey({ key: rsa.jwk, format: 'jwk' });
const pem = rsaKey.export({ type: 'spki', format: 'pem' }) as string; // PEM is text
const der = rsaKey.export({ type: 'spki', format: 'der' });
const secret = Buffer.alloc(32, 1);

const SYMMETRIC: Readonly<Record<string, ProofFactory>> = {
  'HS256 with an oct key': bySecret(secret, { kty: 'oct', k: encode(secret) }),
  'HS256 with the PEM of the RSA key': bySecret(pem),
  'HS256 with the DER of the RSA key': bySecret(der),
  'HS256 with the modulus': bySecret(Buffer.from(rsa.jwk.n ?? '', 'base64url')),
  'HS256 with no secret': bySecret(''),
};

forEachFront((front) => {
  const rs = useFixture(front, { server: { dpop: true } });

  describe('DPoP field', () => {
    verifies('rfc9449#4.3/one-dpop-field', 'is required', async () => {
      const withoutField: RequestTable = {
        'no field': ({ token }) => ({ headers: { authorization: `DPoP ${token}` } }),
      };
      await expectRefusals(rs, withoutField, refusedProof('proof_missing'));
    });

    verifies('rfc9449#4.3/one-dpop-field', 'occurs once, and has one proof', async () => {
      await expectRefusals(rs, FIELDS, refusedProof('proof_repeated'));
    });
  });
});

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { dpop: true } });

  describe('proof', () => {
    verifies('rfc9449#4.3/proof-is-one-jwt', 'is one well-formed JWT of 4096 octets', async () => {
      await expectRefusals(rs, withProofs(MALFORMED), refusedProof('proof_malformed'));
      for (const state of TOKEN_STATES) {
        const caller = await createCaller(rs, { state });
        const proof = proofOfLength(caller, MAX_OCTETS);
        expect(proof.length).toBeGreaterThan(MAX_OCTETS - 4);
        expect(seenOf(await rs.send(caller.request(proof)))).toEqual(accepted());
      }
    });

    verifies('rfc9449#4.3/proof-typ-is-dpop-jwt', 'has the typ dpop+jwt', async () => {
      await expectRefusals(rs, withHeader('typ', TYPES), refusedProof('proof_typ'));
    });

    verifies(
      'rfc9449#4.3/proof-typ-is-dpop-jwt',
      'has this typ in any case, with and without application/',
      async () => {
        const spellings = ['DPOP+JWT', 'application/dpop+jwt', 'Application/DPoP+jwt'];
        await expectAnswers(rs, withHeader('typ', spellings), accepted());
      },
    );

    verifies('rfc9449#4.3/proof-typ-is-dpop-jwt', 'is not an access token', async () => {
      const table: RequestTable = {
        'the access token as its proof': (caller) => caller.request(caller.token),
      };
      await expectRefusals(rs, table, refusedProof('proof_typ'));
    });

    verifies(
      'rfc9449#4.3/proof-typ-is-dpop-jwt',
      'is not accepted as an access token',
      async () => {
        const caller = await createCaller(rs);
        const claims = { iss: rs.issuer.issuer, aud: 'https://rs.example', scope: 'read' };
        const proof = caller.prove({ claims: { ...claims, exp: 2 ** 32, client_id: 'x' } });
        const asBearer = await rs.send({ headers: { authorization: `Bearer ${proof}` } });
        expect(seenOf(asBearer)).toEqual(refusedBearerToken('typ'));
        const headers = { authorization: `DPoP ${proof}`, dpop: caller.prove({ token: proof }) };
        expect(seenOf(await rs.send({ headers }))).toEqual(refusedDpopToken('typ'));
      },
    );

    verifies('rfc9449#4.3/proof-algorithm-is-public-key', 'has an accepted algorithm', async () => {
      const refused = refusedProof('proof_alg');
      const names = [undefined, null, '', 'none', 'None', 'HS256', 'es256', 'ES256K', 'ES256 '];
      const others = ['RS1', 'ECDH-ES', 'EdDSA448', 'Ed448', 'toString', '__proto__', 1, ['ES256']];
      await expectRefusals(rs, withHeader('alg', [...names, ...others]), refused);
      await expectRefusals(rs, withProofs(SYMMETRIC), refused);
    });

    for (const alg of PROOF_ALGORITHMS) {
      verifies(
        ['rfc9449#4.3/proof-algorithm-is-public-key', 'rfc9449#7.1/bound-token-with-proof'],
        `is accepted with ${alg}`,
        async () => {
          const prover = /^[RP]S/.test(alg) ? createProver(alg, rsaPair) : createProver(alg);
          const good: RequestTable = { [alg]: (caller) => caller.request() };
          await expectAnswers(rs, good, accepted(), { prover });
        },
      );
    }
  });
});

forEachExpressFront((front) => {
  const algorithms = ['ES384', 'Ed25519'];
  const rs = useFixture(front, { server: { dpop: { algorithms } } });

  describe('proof where few algorithms are accepted', () => {
    verifies(
      ['rfc9449#4.3/proof-algorithm-is-public-key', 'rfc9449#7.1/dpop-challenge-names-algorithms'],
      'is refused with any other, and the challenge lists them',
      async () => {
        const algs = algorithms.join(' ');
        const good: RequestTable = { 'a good proof': (caller) => caller.request() };
        for (const alg of ['ES384', 'Ed25519'] as const) {
          await expectAnswers(rs, good, accepted(), { prover: createProver(alg) });
        }
        const refused = refusedProof('proof_alg', { algs });
        for (const alg of ['ES256', 'ES512', 'EdDSA'] as const) {
          const caller = await createCaller(rs, { prover: createProver(alg) });
          expect(seenOf(await rs.send(caller.request())), alg).toEqual(refused);
        }
      },
    );
  });
});
