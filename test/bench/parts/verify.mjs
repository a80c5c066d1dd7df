/**
 * Calls in process: known tokens, tokens that recur now and then, new tokens.
 */
import { createSigner, signTokens } from '../issuer/signer.mjs';
import { startEndpoint } from '../issuer/endpoint.mjs';
import { measureCold } from './verify-cold.mjs';
import { measureKnown } from './verify-known.mjs';
import { measureZipf } from './verify-zipf.mjs';

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run(settings) {
  const endpoint = await startEndpoint();
  try {
    const materials = new Map();
    for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
      materials.set(alg, await prepare(endpoint, alg, settings.coldTokens));
    }
    const measured = [
      await measureKnown(materials.get('RS256'), settings),
      await measureZipf(materials.get('RS256'), settings),
      await measureCold(materials, settings),
    ];
    return {
      about:
        'One process on one core. Every token is a fresh string of about 900 bytes; the ' +
        'cost of creating it is subtracted. Peers that offer only middleware are called as ' +
        'Express would call them.',
      tables: measured.flatMap(({ tables }) => tables),
      charts: measured.flatMap(({ charts }) => charts),
      figures: Object.assign({}, ...measured.map(({ figures }) => figures)),
    };
  } finally {
    endpoint.close();
  }
}

/**
 * Keys, an endpoint to fetch them from, and tokens, for one algorithm.
 *
 * @typedef {Awaited<ReturnType<typeof prepare>>} Material
 */
async function prepare(endpoint, alg, count) {
  const signer = await createSigner(alg);
  const document = endpoint.publish(alg, [signer]);
  const tokens = await signTokens(signer, count);
  const given = { alg, jwksUri: document.uri, jwks: { keys: [signer.jwk] }, pem: signer.pem };
  return { signer, tokens, given };
}
