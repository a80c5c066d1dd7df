/**
 * Medians, ranges and ratios of samples.
 */

/**
 * A median with the least and the greatest sample.
 *
 * @typedef {{ value: number, low: number, high: number }} Figure
 */

/** @param {readonly number[]} samples @returns {Figure} */
export function summarise(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  return { value: quantile(sorted, 0.5), low: sorted[0], high: sorted.at(-1) };
}

/** The ratio of samples of the same rounds. @returns {Figure} */
export function ratio(samples, base) {
  return summarise(samples.map((sample, round) => sample / base[round]));
}

/** The difference of samples of the same rounds. @returns {Figure} */
export function difference(samples, base) {
  return summarise(samples.map((sample, round) => sample - base[round]));
}

/** @param {readonly number[]} samples @param {number} part - 0.99 for p99 */
export function percentile(samples, part) {
  return quantile(
    [...samples].sort((a, b) => a - b),
    part,
  );
}

function quantile(sorted, part) {
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place - Math.floor(place));
}
