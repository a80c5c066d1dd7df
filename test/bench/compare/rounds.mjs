/**
 * Rounds of two trees, alternating which goes first.
 */

/**
 * Measures every row for both trees, round by round.
 *
 * @template Contestant
 * @param {ReadonlyMap<string, { own: Contestant, base: Contestant }>} rows
 * @param {number} rounds
 * @param {(contestant: Contestant) => Promise<number> | number} measure - Returns a cost.
 * @returns {Promise<Map<string, { own: number[], base: number[] }>>}
 */
export async function alternate(rows, rounds, measure) {
  const samples = new Map([...rows.keys()].map((name) => [name, { own: [], base: [] }]));
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? ['own', 'base'] : ['base', 'own'];
    for (const [name, pair] of rows) {
      for (const side of order) samples.get(name)[side].push(await measure(pair[side]));
    }
  }
  return samples;
}
