/**
 * What a registered proof takes in memory.
 */
import { createResourceServer } from '../../../packages/resource-server/dist/index.js';
import { createProofSigner, signProofs } from '../issuer/proof-signer.mjs';
import { claimsOf } from '../issuer/signer.mjs';
import { usedBytes } from '../measure/used-bytes.mjs';
import { ownOptions, PROOF_URL } from '../peers/dpop.mjs';
import { formatNumber } from '../report/format.mjs';
import { STORY } from '../settings.mjs';
import { ProvenRequest } from './dpop-proofs.mjs';

/** @param {import('../issuer/signer.mjs').Signer} signer - Of the access tokens. */
export async function measureRegister(signer, { registeredProofs: count }) {
  const key = await createProofSigner('ES256');
  const token = (await signer.token(claimsOf({ cnf: { jkt: key.jkt } }))).toString();
  const proofs = await signProofs(key, { token, method: 'GET', url: PROOF_URL, count });
  const api = createResourceServer(ownOptions({ jwks: { keys: [signer.jwk] } }));
  const guard = api.require({ scope: STORY.scope, senderConstraint: 'dpop' });
  const use = (proof) => guard.check(new ProvenRequest(token, proof.latin1Slice()));
  const [first, ...others] = proofs;
  use(first);
  const before = usedBytes();
  for (const proof of others) use(proof);
  const value = (usedBytes() - before) / others.length;
  // It must still be reachable when the memory is measured.
  if (use(first)?.reason !== 'proof_replayed') throw new Error('a used proof was not refused');
  const figure = { value, low: value, high: value };
  return {
    table: {
      title: `Bytes per registered proof, ${formatNumber(count)} proofs`,
      columns: ['bytes'],
      rows: [[formatNumber(value)]],
    },
    figures: { 'dpop.memory': figure },
  };
}
