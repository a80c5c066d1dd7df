/**
 * Values that change, in components.
 *
 * @module
 */
import { useEffect, useState } from 'preact/hooks';
import type { Store } from '../page-state/store.js';

/** The value of a store; the component is rendered again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(() => store.get());
  useEffect(() => {
    const update = (): void => {
      setValue(() => store.get());
    };
    update();
    return store.subscribe(update);
  }, [store]);
  return value;
}

/** The clock of the browser, read again after each period while the component is shown. */
export function useNow(periodMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, periodMs);
    return () => {
      clearInterval(timer);
    };
  }, [periodMs]);
  return now;
}
