/**
 * Whether one tree costs more than another: better, worse or no difference.
 */
import { summarise } from '../measure/statistics.mjs';

// A smaller change is irrelevant, even if it is statistically significant.
const MARGIN = 0.02;
// The order statistics at n/2 ± 1.29 √n enclose the median with 99 % confidence.
// A run has about thirty rows; at 95 %, most runs would have at least one false verdict.
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
