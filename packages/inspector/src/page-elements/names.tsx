/**
 * Names, and what stands where a value is unknown.
 *
 * @module
 */
import type { JSX } from 'preact';

/** A dash for a value that is unknown or does not apply. */
export function None(): JSX.Element {
  return (
    <span class="none">
      <span aria-hidden="true">–</span>
      <span class="for-readers">none</span>
    </span>
  );
}

/** Names such as scopes, each in its own box. */
export function Names({ names }: { names: readonly string[] }): JSX.Element {
  if (names.length === 0) return <None />;
  return (
    <span class="names">
      {names.map((name) => (
        <code key={name}>{name}</code>
      ))}
    </span>
  );
}
