/**
 * What is around a table.
 *
 * @module
 */
import type { ComponentChildren, JSX } from 'preact';

/** A table that scrolls sideways by itself, also by keyboard. */
export function TableFrame(props: {
  label: string;
  class?: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <div
      class={`table-frame ${props.class ?? ''}`}
      role="region"
      aria-label={props.label}
      tabIndex={0}
    >
      {props.children}
    </div>
  );
}
