/**
 * Copies a text to the clipboard.
 *
 * @module
 */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Copies a text; shows it to be copied by hand where the browser does not allow that. */
export function CopyButton({ label, text }: { label: string; text: string }): JSX.Element {
  const [result, setResult] = useState<'copied' | 'failed' | undefined>();
  const area = useRef<HTMLTextAreaElement>(null);
  // Before the browser paints: the text is never seen without being selected.
  useLayoutEffect(() => {
    if (result === 'failed') area.current?.select();
  }, [result]);
  useEffect(() => {
    if (result !== 'copied') return undefined;
    const timer = setTimeout(() => {
      setResult(undefined);
    }, 3_000);
    return () => {
      clearTimeout(timer);
    };
  }, [result]);
  return (
    <span class="copy">
      <button type="button" onClick={() => void copy(text).then(setResult)}>
        {result === 'copied' ? 'Copied' : label}
      </button>
      <span class="for-readers" role="status">
        {result === 'copied' ? 'Copied to the clipboard.' : ''}
      </span>
      {result === 'failed' && (
        <textarea
          ref={area}
          readOnly
          rows={6}
          aria-label={`${label}: copy this text`}
          value={text}
        />
      )}
    </span>
  );
}

async function copy(text: string): Promise<'copied' | 'failed'> {
  try {
    await navigator.clipboard.writeText(text);
    return 'copied';
  } catch {
    return 'failed';
  }
}
