/**
 * What to change when a token is refused.
 *
 * @module
 */
import type { JSX } from 'preact';
import type { Fix } from '@scopegate/access-token';

/** Who changes what. */
export function FixList({ fixes }: { fixes: readonly Fix[] }): JSX.Element {
  return (
    <ul class="fixes">
      {fixes.map(({ side, action }) => (
        <li key={`${side} ${action}`}>
          <span class="side">{side}:</span> <span>{action}</span>
        </li>
      ))}
    </ul>
  );
}
