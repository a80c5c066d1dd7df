/**
 * Interleaved rounds: A B C A B C, so that a noisy minute affects all of them.
 */

/**
 * @template Contestant
 * @param {ReadonlyMap<string, Contestant>} contestants
 * @param {number} rounds
 * @param {(contestant: Contestant, name: string) => unknown} measure
 * @returns {Promise<Map<string, any[]>>} By name, one result per round.
 */
export async function interleave(contestants, rounds, measure) {
  const results = new Map([...contestants.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, contestant] of contestants) {
      results.get(name).push(await measure(contestant, name));
    }
  }
  return results;
}
