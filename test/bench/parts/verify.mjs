/**
 * One call in process: tokens that are known, tokens that come again now and then, new ones.
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
        'One process on one core. Every token is a fresh string of about 900 bytes; what making ' +
        'the string takes is taken off. The peers with middleware only are called as Express ' +
        'would call them.',
      tables: measured.flatMap(({ tables }) => tables),
      charts: measured.flatMap(({ charts }) => charts),
      figures: Object.assign({}, ...measured.map(({ figures }) => figures)),
    };
  } finally {
    endpoint.close();
  }
}

/**
 * Keys, a place to fetch them from, and tokens, for one algorithm.
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
