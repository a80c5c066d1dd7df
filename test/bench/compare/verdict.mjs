/**
 * Whether one tree costs more than another: better, worse or no difference.
 */
import { summarise } from '../measure/statistics.mjs';

// A change below this is not worth a decision, however surely it is measured.
const MARGIN = 0.02;
// Rank of the order statistics that hold the median with 99 % confidence: n/2 ± 1.29 √n.
// A run has some thirty rows; at 95 % one of them would be wrong in most runs.
const HALF_WIDTH = 1.29;

/**
 * @typedef {object} Verdict
 * @property {string} word - `better`, `worse` or `no difference`.
 * @property {{ value: number, low: number, high: number }} ratio - Median of the ratios of the
 *   rounds, with the 99 % confidence interval of that median.
 */

/**
 * Compares samples of the same rounds.
 *
 * @param {readonly number[]} costs - Of the working tree; less is better.
 * @param {readonly number[]} base - Of the tree to compare with, round by round.
 * @returns {Verdict}
 */
export function compareCosts(costs, base) {
  const ratios = costs.map((cost, round) => cost / base[round]).sort((a, b) => a - b);
  const reach = HALF_WIDTH * Math.sqrt(ratios.length);
  const low = ratios[Math.max(0, Math.floor(ratios.length / 2 - reach))];
  const high = ratios[Math.min(ratios.length - 1, Math.ceil(ratios.length / 2 + reach))];
  const ratio = { value: summarise(ratios).value, low, high };
  if (low > 1 && ratio.value > 1 + MARGIN) return { word: 'worse', ratio };
  if (high < 1 && ratio.value < 1 - MARGIN) return { word: 'better', ratio };
  return { word: 'no difference', ratio };
}
