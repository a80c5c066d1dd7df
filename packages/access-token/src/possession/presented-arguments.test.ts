import {
  createProofKey,
  createTestIssuer,
  type ProofKey,
  type TestIssuer,
} from '@scopegate/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccessTokenVerifier } from '../access-token-verifier.js';
import { createAccessTokenVerifier } from '../verifier.js';

const METHOD = 'GET';
const TARGET = '/v1/sales';

let issuer: TestIssuer;
let verifier: AccessTokenVerifier;
let key: ProofKey;
let token: string;

beforeEach(async () => {
  issuer = await createTestIssuer({ alg: 'ES256' });
  verifier = createAccessTokenVerifier({ ...issuer.options(), dpop: true });
  key = createProofKey();
  token = await issuer.mint({ scope: 'read', boundTo: key });
});

afterEach(async () => {
  verifier.close();
  await issuer.close();
});

function prove(): string {
  return key.proof({ method: METHOD, url: `https://api.example.com${TARGET}`, token });
}

/** A presentation that is accepted except for the changes, as a caller in JavaScript may write it. */
function presentationOf(changes: object = {}): never {
  const good = { scheme: 'DPoP', token, proofs: [prove()], method: METHOD, target: TARGET };
  return { ...good, ...changes } as never;
}

function requirementOf(requirement: unknown): never {
  return requirement as never;
}

describe('verifyPresented with arguments of any type', () => {
  it('accepts a presentation that is good', async () => {
    const { token: verified } = await verifier.verifyPresented(presentationOf(), {
      senderConstraint: 'dpop',
    });
    expect(verified.confirmation?.jkt).toBe(key.thumbprint);
  });

  it.each([undefined, null, 'token', [], () => undefined])(
    'requires a presentation: %j',
    async (presentation) => {
      const verification = verifier.verifyPresented(presentation as never);
      await expect(verification).rejects.toThrow(
        new TypeError('verifyPresented() expects a presentation; readPresentation() returns one'),
      );
    },
  );

  it.each([
    ['scheme', undefined, '"Bearer" or "DPoP"'],
    ['scheme', 'dpop', '"Bearer" or "DPoP"'],
    ['proofs', undefined, 'an array of strings'],
    ['proofs', 'e30.e30.AA', 'an array of strings'],
    ['proofs', [undefined], 'an array of strings'],
    ['proofs', [['e30.e30.AA']], 'an array of strings'],
    ['method', undefined, 'a string'],
    ['method', [METHOD], 'a string'],
    ['target', undefined, 'a string'],
    ['target', [TARGET], 'a string'],
    ['target', new URL(`https://api.example.com${TARGET}`), 'a string'],
    ['certificate', null, 'a string or undefined'],
    ['missingCertificate', {}, 'a string or undefined'],
    ['request', null, 'an object or undefined'],
    ['request', 'id', 'an object or undefined'],
  ])('refuses the member %s: %j', async (name, value, expected) => {
    const verification = verifier.verifyPresented(presentationOf({ [name]: value }));
    await expect(verification).rejects.toThrow(
      new TypeError(`the member "${name}" of a presentation must be ${expected}`),
    );
  });

  it('refuses a token that is not a string as malformed', async () => {
    const verification = verifier.verifyPresented(presentationOf({ token: null }));
    await expect(verification).rejects.toMatchObject({ reason: 'malformed' });
  });

  it('does not register the proof of a presentation that it refuses', async () => {
    const proofs = [prove()];
    const bad = verifier.verifyPresented(presentationOf({ proofs, request: null }));
    await expect(bad).rejects.toThrow(TypeError);
    await expect(verifier.verifyPresented(presentationOf({ proofs }))).resolves.toMatchObject({
      nonce: undefined,
    });
  });

  it('reads each member once, before the keys are fetched', async () => {
    const presentation = presentationOf() as { target: string; proofs: string[] };
    const verification = verifier.verifyPresented(presentation as never);
    presentation.target = '/v1/other';
    presentation.proofs.length = 0;
    await expect(verification).resolves.toMatchObject({ nonce: undefined });
  });

  it.each([
    [null, 'verifyPresented() expects an options object'],
    ['dpop', 'verifyPresented() expects an options object'],
    [
      { senderConstrain: 'dpop' },
      'verifyPresented() has no option "senderConstrain"; did you mean "senderConstraint"?',
    ],
    [{ senderConstraint: 'DPoP' }, 'option "senderConstraint" must be "dpop", "mtls" or "any"'],
    [{ senderConstraint: 'toString' }, 'option "senderConstraint" must be "dpop", "mtls" or "any"'],
    [{ senderConstraint: 'mtls' }, 'option "senderConstraint" requires the option "mtls"'],
  ])('refuses the requirement %j', async (requirement, message) => {
    const bearer = { scheme: 'Bearer', token: await issuer.mint(), proofs: [] };
    const verification = verifier.verifyPresented(
      presentationOf(bearer),
      requirementOf(requirement),
    );
    await expect(verification).rejects.toThrow(new TypeError(message));
  });
});
