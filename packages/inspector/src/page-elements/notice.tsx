/**
 * Sentences that replace content, or precede it.
 *
 * @module
 */
import type { ComponentChildren, JSX } from 'preact';

/** What is shown where there is nothing else to show. */
export function Notice(props: {
  tone?: 'plain' | 'warning' | 'bad';
  title: string;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class={`notice ${props.tone ?? 'plain'}`}>
      <p class="title">{props.title}</p>
      {props.children}
    </div>
  );
}

/** Shown before the first answer, or instead of it. */
export function Waiting({ error }: { error: string | undefined }): JSX.Element {
  return error === undefined ? (
    <p class="waiting">Loading …</p>
  ) : (
    <Notice tone="bad" title={error} />
  );
}

/** Shown above data that could not be read again. */
export function Stale({ error }: { error: string | undefined }): JSX.Element | null {
  return error === undefined ? null : <p class="stale">{error} What follows is the last answer.</p>;
}
