/**
 * Simulates realistic callers: a few that call all the time, and many that call now and then.
 */

/**
 * Draws ranks of 0 to `population - 1`, the nth with a probability proportional to 1/n.
 *
 * @returns {Uint32Array}
 */
export function drawRanks(population, draws) {
  const random = createRandom(population);
  const cumulated = new Float64Array(population);
  let total = 0;
  for (let rank = 0; rank < population; rank += 1) cumulated[rank] = total += 1 / (rank + 1);
  return Uint32Array.from({ length: draws }, () => rankOf(random() * total, cumulated));
}

/** The hit rate of an LRU cache for these draws, once it has seen all of them. */
export function hitRate(ranks, capacity) {
  const known = new Set();
  let hits = 0;
  for (const pass of [0, 1]) {
    for (const rank of ranks) {
      if (known.delete(rank)) hits += pass;
      known.add(rank);
      if (known.size > capacity) known.delete(known.values().next().value);
    }
  }
  return hits / ranks.length;
}

function rankOf(point, cumulated) {
  let low = 0;
  let high = cumulated.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulated[middle] < point) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** mulberry32 with a fixed seed: every run draws the same ranks. */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
