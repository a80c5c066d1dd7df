import { type AccessTokenVerifier, createAccessTokenVerifier } from '@scopegate/access-token';
import { ChallengeError } from '@scopegate/protocol';
import {
  createProofKey,
  createTestIssuer,
  proofForgeries,
  type ProofForgeryName,
  type SigningAlgorithm,
  type TestIssuer,
} from '@scopegate/testing';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { openServer } from '../../support/listen.js';
import { createProofGuard, type GuardCheck } from '../../support/proof-guard.js';

const ORIGIN = 'https://api.example.com';
const request = { method: 'GET', url: `${ORIGIN}/v1/sales` };

type Headers = Readonly<Record<string, string>>;

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false, alg: 'ES256', audience: ORIGIN });
});

/** Presents headers to Scopegate. Returns why they are refused, `undefined` for an accepted request. */
async function present(verifier: AccessTokenVerifier, headers: Headers): Promise<unknown> {
  const { authorization = '', dpop } = headers;
  const presentation = {
    scheme: 'DPoP' as const,
    token: authorization.replace(/^DPoP /, ''),
    proofs: dpop === undefined ? [] : [dpop],
    method: 'GET',
    target: '/v1/sales',
  };
  return verifier.verifyPresented(presentation).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof ChallengeError) return error.reason;
      throw error;
    },
  );
}

describe('proofForgeries', () => {
  describe.each<SigningAlgorithm>(['ES256', 'ES512', 'PS256', 'RS256', 'Ed25519'])(
    'of an %s key',
    (alg) => {
      const key = createProofKey({ alg });

      it.each(proofForgeries)(
        'make Scopegate refuse a proof that $explanation',
        async (forgery) => {
          const verifier = createAccessTokenVerifier({ ...issuer.options(), dpop: true });
          const token = await issuer.mint({ boundTo: key });
          const good = key.headers({ ...request, token });
          expect(await present(verifier, good)).toBeUndefined();
          const forged = key.headers[forgery.name]({ ...request, token });
          expect(await present(verifier, forged)).toBeOneOf([...forgery.reasons]);
        },
      );
    },
  );

  /** Nothing accepts these: there is no proof, or nothing that could verify it. */
  const NEVER_ACCEPTED: readonly ProofForgeryName[] = [
    'missing',
    'repeated',
    'empty',
    'twoParts',
    'accessTokenAsProof',
    'noJwk',
  ];

  it.each(proofForgeries.filter(({ name }) => !NEVER_ACCEPTED.includes(name)))(
    'have one defect: a guard without that check accepts a proof that $explanation',
    async ({ name, reasons }) => {
      const guard = createProofGuard({
        issuer,
        audience: ORIGIN,
        publicUrl: ORIGIN,
        skips: reasons as readonly GuardCheck[],
      });
      const server = createServer((req, res) => {
        void guard(req, res).then((isAccepted) => isAccepted && res.writeHead(204).end());
      });
      const { href } = new URL('/v1/sales', await openServer(server));
      const key = createProofKey();
      const token = await issuer.mint({ boundTo: key });
      const statusOf = async (headers: Headers): Promise<number> =>
        (await fetch(href, { headers })).status;
      expect(await statusOf(key.headers({ ...request, token }))).toBe(204);
      expect(await statusOf(key.headers[name]({ ...request, token }))).toBe(204);
    },
  );

  it('have the names of the functions of key.headers', () => {
    const { headers } = createProofKey();
    expect(Object.keys(headers)).toEqual(proofForgeries.map(({ name }) => name));
  });

  it('are all documented', async () => {
    const page = await readFile(new URL('../../../docs/testing.md', import.meta.url), 'utf8');
    expect(proofForgeries.filter(({ name }) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('explain each forgery in one short line', () => {
    const isShortLine = (text: string): boolean => /^[a-z][^\n]{7,90}$/.test(text);
    expect(proofForgeries.filter(({ explanation }) => !isShortLine(explanation))).toEqual([]);
  });

  it('need a token of a test issuer where the key is the defect', () => {
    const key = createProofKey();
    expect(() => key.headers.rsa1024({ ...request, token: 'a' })).toThrow(
      'this forgery requires a token of a test issuer that is bound to the key',
    );
  });

  it('repeat a proof only for the request that it was made for', async () => {
    const key = createProofKey();
    const token = await issuer.mint({ boundTo: key });
    const replay = (changes: object): unknown =>
      key.headers.replayed({ ...request, token, ...changes });
    expect(() => replay({})).toThrow('headers.replayed() requires a proof to repeat');
    const headers = key.headers({ ...request, token });
    expect(replay({ url: new URL(request.url) })).toEqual(headers);
    for (const changes of [{ method: 'POST' }, { url: ORIGIN }, { token: 'a' }]) {
      expect(() => replay(changes)).toThrow(TypeError);
    }
  });
});
