/**
 * How much memory a cached token takes, and what remains after a million tokens.
 */
import { createHmac, randomBytes } from 'node:crypto';
import {
  claimsOf,
  createSigner,
  encodeHeader,
  encodeSegment,
  signTokens,
} from '../issuer/signer.mjs';
import { summarise } from '../measure/statistics.mjs';
import { usedBytes } from '../measure/used-bytes.mjs';
import { fastJwt, scopegate } from '../peers/contestants.mjs';
import { formatFigure, formatNumber } from '../report/format.mjs';
import { OWN } from '../settings.mjs';

const FAST_JWT = 'fast-jwt';
const RAW = 'Map of token to claims';
// Fills a cache of 10,000 twice.
const DISTINCT_FILL = 20_000;

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run(settings) {
  const perToken = await measurePerToken(settings);
  const million = measureDistinct(settings);
  return report(perToken, million, settings);
}

async function measurePerToken({ cachedTokens, fills }) {
  const signer = await createSigner('RS256');
  const tokens = await signTokens(signer, cachedTokens);
  const given = { alg: signer.alg, jwks: { keys: [signer.jwk] }, pem: signer.pem };
  const makers = {
    [OWN]: () => scopegate.createVerifier({ ...given, tokenCache: { maxEntries: cachedTokens } }),
    [FAST_JWT]: () => fastJwt.createVerifier({ ...given, cache: cachedTokens }),
    [RAW]: createMap,
  };
  return Object.entries(makers).map(([name, create]) => {
    fillOnce(create, tokens);
    const samples = Array.from({ length: fills }, () => fillOnce(create, tokens));
    return { name, bytes: summarise(samples) };
  });
}

/** @returns {number} Bytes per token that a new cache retains. */
function fillOnce(create, tokens) {
  const before = usedBytes();
  const verify = create();
  for (const token of tokens) verify(token.latin1Slice());
  const bytes = (usedBytes() - before) / tokens.length;
  // It must still be reachable when the memory is measured.
  verify(tokens[0].latin1Slice());
  return bytes;
}

/** The memory that the simplest possible cache takes. */
function createMap() {
  const known = new Map();
  return (token) => {
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
    known.set(token, claims);
  };
}

/** HMAC is fast enough to sign a million tokens. */
function measureDistinct({ distinctTokens }) {
  const secret = randomBytes(32);
  const makers = {
    [OWN]: () => scopegate.createVerifier({ secret }),
    [FAST_JWT]: () => fastJwt.createVerifier({ alg: 'HS256', pem: secret, cache: 10_000 }),
  };
  const nextToken = createTokenSource(secret);
  return Object.entries(makers).map(([name, create]) => {
    const verify = create();
    for (let done = 0; done < DISTINCT_FILL; done += 1) verify(nextToken());
    const filled = usedBytes();
    for (let done = DISTINCT_FILL; done < distinctTokens; done += 1) verify(nextToken());
    const after = usedBytes();
    // It must still be reachable when the memory is measured.
    verify(nextToken());
    return { name, filled, after };
  });
}

function createTokenSource(secret) {
  const header = encodeHeader('HS256');
  let count = 0;
  return () => {
    const input = `${header}.${encodeSegment(claimsOf({ jti: `token-${(count += 1)}` }))}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
}

function report(perToken, million, { cachedTokens, distinctTokens }) {
  const mebibytes = (bytes) => formatNumber(bytes / 2 ** 20);
  const own = perToken.find(({ name }) => name === OWN);
  const [ownMillion] = million;
  return {
    about:
      'Heap and external memory after two full collections, before and after a new cache is filled.',
    tables: [
      {
        title: `Bytes per cached token of 900 bytes, ${formatNumber(cachedTokens)} tokens`,
        columns: ['', 'bytes'],
        rows: perToken.map(({ name, bytes }) => [name, formatFigure(bytes)]),
      },
      {
        title: 'Memory of the process, with a cache of 10,000 entries, MiB',
        columns: ['', 'cache full', `after ${formatNumber(distinctTokens)} distinct tokens`],
        rows: million.map(({ name, filled, after }) => [name, mebibytes(filled), mebibytes(after)]),
      },
    ],
    charts: [
      {
        title: 'One cached token of 900 bytes',
        unit: 'bytes',
        better: 'lower',
        bars: perToken.map(({ name, bytes }) => ({ label: name, kind: kindOf(name), ...bytes })),
      },
    ],
    figures: {
      'memory.token': own.bytes,
      'memory.million': { value: ownMillion.after / ownMillion.filled },
    },
  };
}

function kindOf(name) {
  if (name === OWN) return 'own';
  return name === RAW ? 'reference' : 'peer';
}
