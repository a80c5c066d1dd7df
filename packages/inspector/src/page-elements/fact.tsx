/**
 * A name and a value in a list.
 *
 * @module
 */
import type { ComponentChildren, JSX } from 'preact';

/** A name and a value; nothing if the value is unknown. */
export function Fact(props: {
  name: string;
  class?: string;
  children: ComponentChildren;
}): JSX.Element | null {
  const { children } = props;
  if (children === undefined || children === '') return null;
  return (
    <div class={props.class}>
      <dt>{props.name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
