/**
 * A bar that compares a part with a whole.
 *
 * @module
 */
import type { JSX } from 'preact';

/** Draws a part of a whole. It is decoration: the number beside it says the same. */
export function ShareBar({ part, whole }: { part: number; whole: number }): JSX.Element {
  const percent = Math.round((part / Math.max(whole, 1)) * 100);
  return (
    <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="whole" width="100" height="4" />
      <rect class="part" width={Math.min(Math.max(percent, 1), 100)} height="4" />
    </svg>
  );
}
