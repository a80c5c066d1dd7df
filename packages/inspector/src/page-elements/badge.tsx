/**
 * A word with a sign and a colour.
 *
 * @module
 */
import type { ComponentChildren, JSX } from 'preact';

/** The sign, the colour and the meaning of a state; the word is always shown beside the sign. */
export type Tone = 'good' | 'bad' | 'warning' | 'quiet' | 'other';

const SIGNS: Readonly<Record<Tone, string>> = {
  good: '✓',
  bad: '✕',
  warning: '!',
  quiet: '–',
  other: '◇',
};

/** A word with a sign. */
export function Badge({
  tone,
  children,
}: {
  tone: Tone;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <span class={`badge ${tone}`}>
      <span class="sign" aria-hidden="true">
        {SIGNS[tone]}
      </span>
      {children}
    </span>
  );
}

/** The tone of an outcome of a decision. */
export function toneOf(outcome: string): Tone {
  const tones: Readonly<Record<string, Tone>> = {
    allowed: 'good',
    refused: 'bad',
    unavailable: 'warning',
    error: 'warning',
    unenforced: 'other',
  };
  return tones[outcome] ?? 'quiet';
}

/** The tone of a state of a key set or an introspection endpoint. */
export function toneOfState(state: string): Tone {
  if (state === 'fresh' || state === 'available' || state === 'ok') return 'good';
  if (state === 'empty' || state === 'unused' || state === 'unknown') return 'quiet';
  return state === 'stale' ? 'warning' : 'bad';
}
