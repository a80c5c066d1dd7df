/**
 * How much memory a cached token takes, for each tree.
 */
import { createSigner, signTokens } from '../issuer/signer.mjs';
import { STORY } from '../settings.mjs';
import { alternate } from './rounds.mjs';

const ROW = 'bytes per cached token';

/** @returns {Promise<Map<string, { own: number[], base: number[] }>>} */
export async function compareMemory(trees, { cachedTokens, fills }) {
  const signer = await createSigner('RS256');
  const tokens = await signTokens(signer, cachedTokens);
  const rows = new Map([[ROW, trees]]);
  const measure = (tree) => fillOnce(tree, tokens, signer);
  await alternate(rows, 1, measure);
  return alternate(rows, fills * 2, measure);
}

async function fillOnce({ createAccessTokenVerifier }, tokens, { jwk }) {
  const { issuer, audience } = STORY;
  const before = usedBytes();
  const { verify } = createAccessTokenVerifier({
    issuer,
    audience,
    jwks: { keys: [jwk] },
    tokenCache: { maxEntries: tokens.length },
  });
  for (const token of tokens) await verify(token.latin1Slice());
  const bytes = (usedBytes() - before) / tokens.length;
  // It must still be reachable when the memory is measured.
  await verify(tokens[0].latin1Slice());
  return bytes;
}

function usedBytes() {
  // The second collection frees what the first one made unreachable.
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
