/**
 * Proofs by a known key in process, compared with a bare call to `crypto.verify`.
 */
import { verify } from 'node:crypto';
import { createResourceServer } from '../../../packages/resource-server/dist/index.js';
import { createProofSigner, signProofs } from '../issuer/proof-signer.mjs';
import { ALGORITHMS, claimsOf } from '../issuer/signer.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { difference, ratio, summarise } from '../measure/statistics.mjs';
import { ownOptions, PROOF_URL } from '../peers/dpop.mjs';
import { LikeRequest } from '../peers/request.mjs';
import { formatFigure } from '../report/format.mjs';
import { createAccessTokenVerifier, internalsOf } from '../scopegate.mjs';
import { STORY } from '../settings.mjs';

const NAMES = { ES256: 'ES256', Ed25519: 'EdDSA', RS256: 'RS256' };
// V8 optimizes the code during these rounds.
const WARM_UP_ROUNDS = 24;

/** @param {import('../issuer/signer.mjs').Signer} signer - Of the access tokens. */
export async function measureProofs(signer, settings) {
  const measured = new Map();
  for (const [name, alg] of Object.entries(NAMES)) {
    measured.set(name, await measureAlgorithm(alg, signer, settings));
  }
  const speed = ({ bare, verifier }) => ratio(bare, verifier);
  const rows = [...measured].map(([name, { bare, making, verifier, guard }]) => {
    const guarded = guard.map((cost, round) => cost - making[round]);
    return [
      name,
      formatFigure(ratio(bare, verifier)),
      formatFigure(ratio(bare, guarded)),
      formatFigure(summarise(bare)),
      formatFigure(difference(verifier, bare)),
      formatFigure(difference(guarded, bare)),
    ];
  });
  return {
    table: {
      title: 'Proofs by a known key: speed relative to the bare call, and µs',
      columns: ['', 'verifier', 'guard', 'bare call', 'added by the verifier', 'by the guard'],
      rows,
      note:
        'The verifier finds the token in its cache, parses and checks the proof, verifies its signature ' +
        'and registers it. The guard also reads the request, and checks the policy.',
    },
    charts: [
      {
        title: 'Proofs by a known key',
        unit: 'speed relative to `crypto.verify`',
        better: 'higher',
        bars: [...measured].map(([label, costs]) => ({ label, kind: 'own', ...speed(costs) })),
      },
    ],
    figures: Object.fromEntries(
      [...measured].map(([name, costs]) => [`dpop.proof-${name}`, speed(costs)]),
    ),
  };
}

async function measureAlgorithm(alg, signer, { proofRounds, proofsPerRound }) {
  const key = await createProofSigner(alg);
  const token = (await signer.token(claimsOf({ cnf: { jkt: key.jkt } }))).toString();
  const count = proofsPerRound * (proofRounds + WARM_UP_ROUNDS) + 16;
  const request = { token, method: 'GET', url: PROOF_URL };
  const proofs = await signProofs(key, { ...request, count });
  const requestOf = (proof) => new ProvenRequest(token, proof);
  const callers = new Map([
    ['making', new Caller(requestOf, proofs)],
    ['bare', new Caller(createBareCall(proofs, key), proofs)],
    ['verifier', new Caller(createVerifierCall(signer, token), proofs)],
    ['guard', new Caller(createGuardCall(signer, requestOf), proofs)],
  ]);
  const measure = (caller) => caller.runCalls(proofsPerRound);
  await interleave(callers, WARM_UP_ROUNDS, measure);
  return Object.fromEntries(await interleave(callers, proofRounds, measure));
}

/** Verifies only the signature, with all inputs prepared. The proof as a string is ignored. */
function createBareCall(proofs, { alg, publicKey }) {
  const { digest, parameters } = ALGORITHMS[alg];
  const key = { key: publicKey, ...parameters };
  const parts = proofs.map((proof) => {
    const end = proof.lastIndexOf('.');
    const signature = Buffer.from(proof.latin1Slice(end + 1), 'base64url');
    return { input: proof.subarray(0, end), signature };
  });
  return (_proof, index) => {
    const { input, signature } = parts[index];
    if (!verify(digest, input, key, signature)) throw new Error('a good signature was refused');
  };
}

function createVerifierCall({ jwk }, token) {
  const { scopes, ...options } = ownOptions({ jwks: { keys: [jwk] } });
  const { verifyPresentedMaybeSync } = internalsOf(createAccessTokenVerifier(options));
  const presentation = { scheme: 'DPoP', token, method: 'GET', target: STORY.path };
  return (proof) => verifyPresentedMaybeSync({ ...presentation, proofs: [proof] });
}

function createGuardCall({ jwk }, requestOf) {
  const { scope } = STORY;
  const api = createResourceServer(ownOptions({ jwks: { keys: [jwk] } }));
  const guard = api.require({ scope, senderConstraint: 'dpop' });
  return (proof) => {
    const refusal = guard.check(requestOf(proof));
    if (refusal !== undefined) throw new Error('a good proof was refused', { cause: refusal });
  };
}

/** A request with a bound token and its proof. */
export class ProvenRequest extends LikeRequest {
  constructor(token, proof) {
    const authorization = `DPoP ${token}`;
    super(authorization);
    this.headers.dpop = proof;
    this.rawHeaders.push('DPoP', proof);
  }
}
