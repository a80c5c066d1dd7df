/**
 * Realistic callers: the nth is seen with a probability proportional to 1/n.
 */
import { Caller, stringMaker } from '../measure/call-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { summarise } from '../measure/statistics.mjs';
import { drawRanks, hitRate } from '../measure/zipf.mjs';
import { fastJwt, jose, scopegate } from '../peers/contestants.mjs';
import { formatFigure, formatNumber } from '../report/format.mjs';
import { OWN } from '../settings.mjs';

const POPULATIONS = [1_000, 10_000, 100_000];
const CACHE_ENTRIES = 10_000;

/** @param {import('./verify.mjs').Material} material */
export async function measureZipf(material, settings) {
  const mixes = [];
  for (const population of POPULATIONS) {
    mixes.push(await measureMix(population, material, settings));
  }
  return report(mixes);
}

async function measureMix(population, { tokens, given }, { rounds, batchMs, zipfDraws }) {
  const ranks = drawRanks(population, zipfDraws);
  const drawn = assignTokens(ranks, tokens);
  const contestants = createCallers(drawn, given);
  // Fills the caches, so that they already evict tokens when measuring begins.
  for (const caller of contestants.values()) await caller.warm(zipfDraws);
  const all = await interleave(
    new Map([['', stringMaker(drawn)], ...contestants]),
    rounds,
    (caller) => caller.run(batchMs),
  );
  const making = all.get('');
  all.delete('');
  const net = [...all].map(([name, costs]) => [name, costs.map((cost, at) => cost - making[at])]);
  return { population, hits: hitRate(ranks, CACHE_ENTRIES), net: new Map(net) };
}

/** Creates a different token for every rank that was drawn. */
function assignTokens(ranks, tokens) {
  const owners = new Map();
  return Array.from(ranks, (rank) => {
    if (!owners.has(rank)) owners.set(rank, tokens[owners.size % tokens.length]);
    return owners.get(rank);
  });
}

function createCallers(drawn, given) {
  const fastJwtCaller = (cache) => new Caller(fastJwt.createVerifier({ ...given, cache }), drawn);
  return new Map([
    [OWN, new Caller(scopegate.createVerifier(given), drawn)],
    ['fast-jwt, cache of 10,000', fastJwtCaller(CACHE_ENTRIES)],
    ['fast-jwt, default cache', fastJwtCaller(true)],
    ['fast-jwt, no cache', fastJwtCaller(false)],
    ['jose', new Caller(jose.createVerifier(given), drawn, { isAsync: true })],
  ]);
}

function report(mixes) {
  const names = [...mixes[0].net.keys()];
  const cell = ({ net }, name) => formatFigure(summarise(net.get(name)));
  const hits = mixes.map(({ hits: share }) => `${formatNumber(share * 100)} %`).join(', ');
  return {
    tables: [
      {
        title: 'Tokens drawn by rank (Zipf), RS256: µs per token',
        columns: ['', ...mixes.map(({ population }) => `${formatNumber(population)} tokens`)],
        rows: names.map((name) => [name, ...mixes.map((mix) => cell(mix, name))]),
        note: `Hit rates of an LRU cache of ${formatNumber(CACHE_ENTRIES)} entries: ${hits}.`,
      },
    ],
    charts: [chartOf(mixes.at(-1))],
    figures: {},
  };
}

function chartOf({ population, net }) {
  return {
    title: `Zipf over ${formatNumber(population)} tokens, RS256`,
    unit: 'µs per token',
    better: 'lower',
    bars: [...net].map(([label, costs]) => ({
      label,
      kind: label === OWN ? 'own' : 'peer',
      ...summarise(costs),
    })),
  };
}
