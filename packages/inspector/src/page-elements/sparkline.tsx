/**
 * A small chart of one counter over the window.
 *
 * @module
 */
import type { JSX } from 'preact';

const WIDTH = 240;
const HEIGHT = 44;

/** Draws values from left to right. It is decoration: the figures are in a table of the same view. */
export function Sparkline({ values }: { values: readonly number[] }): JSX.Element {
  const highest = Math.max(1, ...values);
  const step = WIDTH / Math.max(values.length - 1, 1);
  const points = values.map((value, index) => {
    const y = HEIGHT - 1 - (value / highest) * (HEIGHT - 4);
    return `${round(index * step)} ${round(y)}`;
  });
  const line = points.length === 0 ? '' : `M${points.join('L')}`;
  const area = line === '' ? '' : `${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`;
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path class="area" d={area} />
      <path class="line" d={line} />
    </svg>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
