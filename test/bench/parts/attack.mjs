/**
 * Attackers, rotated keys and outages.
 */
import { startEndpoint } from '../issuer/endpoint.mjs';
import { createSigner, signTokens } from '../issuer/signer.mjs';
import { measureFloods } from './attack-flood.mjs';
import { measureHang, prepareHang } from './attack-hang.mjs';
import { measureOutages } from './attack-outage.mjs';
import { measureRotation, prepareRotation } from './attack-rotation.mjs';
import { measureSlowEndpoint, prepareSlowEndpoint } from './attack-slow.mjs';

const GOOD_TOKENS = 500;

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run(settings) {
  const endpoint = await startEndpoint();
  try {
    const signer = await createSigner('RS256');
    const tokens = await signTokens(signer, GOOD_TOKENS);
    const scene = { endpoint, signer, tokens, settings };
    const floods = await measureFloods(scene);
    return merge([floods, ...(await measureWaits(scene)), await measureOutages(scene)]);
  } finally {
    endpoint.close();
  }
}

/** These mostly wait, so they run concurrently. */
async function measureWaits(scene) {
  // One after another, so that none is measured while another one starts.
  const rotating = await prepareRotation(scene);
  const slow = await prepareSlowEndpoint(scene);
  const hanging = await prepareHang(scene);
  const background = Promise.all([
    measureRotation(scene, rotating),
    measureSlowEndpoint(scene, slow),
  ]);
  const hang = await measureHang(scene, hanging, background);
  return [...(await background), hang];
}

function merge(measured) {
  return {
    about:
      'Every server runs in a separate process and fetches its keys over loopback. Floods use 50 ' +
      'connections that never pause; at the same time, good tokens are sent at 500 a second on ' +
      '32 connections that were opened before. ' +
      '"Hardened" is jwks-rsa with `rateLimit` and `cacheMaxAgeFallback`.',
    tables: measured.flatMap(({ tables }) => tables),
    charts: measured.flatMap(({ charts }) => charts),
    figures: Object.assign({}, ...measured.map(({ figures }) => figures)),
  };
}

/**
 * What all attacks share.
 *
 * @typedef {object} Scene
 * @property {Awaited<ReturnType<typeof startEndpoint>>} endpoint
 * @property {import('../issuer/signer.mjs').Signer} signer
 * @property {Buffer[]} tokens - Good ones, by that signer.
 * @property {ReturnType<typeof import('../settings.mjs').settingsFor>} settings
 */
