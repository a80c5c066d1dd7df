/**
 * Tokens that are bound to a key: what a proof costs in process and over HTTP, what a registered proof takes
 * in memory, and what DPoP costs requests with bearer tokens.
 */
import { startEndpoint } from '../issuer/endpoint.mjs';
import { createSigner } from '../issuer/signer.mjs';
import { measureBearer } from './dpop-bearer.mjs';
import { measureProofLoad } from './dpop-http.mjs';
import { measureRegister } from './dpop-memory.mjs';
import { measureProofs } from './dpop-proofs.mjs';

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run(settings) {
  const endpoint = await startEndpoint();
  const signer = await createSigner('RS256');
  try {
    const measured = [
      await measureProofs(signer, settings),
      await measureBearer(signer, settings),
      await measureRegister(signer, settings),
      await measureProofLoad(signer, endpoint, settings),
    ];
    return {
      about:
        'One route that requires a token bound to a key. The access token is signed with RS256 and ' +
        'known; every request has a new proof by the same key. Proofs are signed before the ' +
        'measurement, and accepted for 300 s. Scopegate registers each proof in memory and refuses ' +
        'its second use; the peers accept a proof any number of times.',
      tables: measured.map(({ table }) => table),
      charts: measured.flatMap(({ charts = [] }) => charts),
      figures: Object.assign({}, ...measured.map(({ figures }) => figures)),
    };
  } finally {
    endpoint.close();
  }
}
