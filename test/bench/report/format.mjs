/**
 * Formats numbers for tables.
 */

/** Formats a number with at most three significant digits. */
export function formatNumber(value) {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(2);
}

/**
 * A median with its range.
 *
 * @param {import('../measure/statistics.mjs').Figure | undefined} figure
 */
export function formatFigure(figure) {
  if (figure === undefined) return '–';
  const { value, low, high } = figure;
  if (low === high) return formatNumber(value);
  return `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})`;
}

/** Such as `401: 2,000` or `200: 90 %, 503: 10 %`. */
export function formatStatuses(statuses) {
  const total = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const names = Object.keys(statuses).sort();
  if (names.length === 1) return `all ${names[0]}`;
  const share = (name) => `${name}: ${formatNumber((statuses[name] / total) * 100)} %`;
  return names.map(share).join(', ');
}
