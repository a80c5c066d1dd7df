/**
 * What every view needs: the process, what the stream said, and the address.
 *
 * @module
 */
import { type Context, createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { ReasonText } from '../wire.js';
import type { Address } from '../page-state/address.js';
import { type ApiClient, ApiError } from '../page-state/api-client.js';
import type { LiveState } from '../page-state/live-state.js';

/** What every view needs. */
export interface Session {
  readonly api: ApiClient;
  /** What the stream said; while the page is paused, what it had said by then. */
  readonly live: LiveState;
  /** What the stream said until now. */
  readonly newest: LiveState;
  readonly isPaused: boolean;
  /** Shows what has arrived while the page is paused, which it stays. */
  readonly showNewest: () => void;
  readonly address: Address;
  readonly reasons: ReadonlyMap<string, ReasonText>;
}

/** Provides the session to the views. */
export const SessionContext: Context<Session | undefined> = createContext<Session | undefined>(
  undefined,
);

/** The session. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('a view must be inside a SessionContext');
  return session;
}

/** What the process answered last. */
export interface Answer<T> {
  /** `undefined` before the first answer. */
  readonly data: T | undefined;
  /** Why the last request failed; `undefined` if it did not. */
  readonly error: string | undefined;
}

const PERIOD_MS = 5_000;

/**
 * Reads a path of the process, and reads it again every five seconds while the page is visible, is not paused
 * and is connected. Data stays when a later request fails.
 */
export function useAnswer<T extends object>(path: string): Answer<T> {
  const { api, live, isPaused } = useSession();
  const [answer, setAnswer] = useState<Answer<T>>({ data: undefined, error: undefined });
  const { keySetEvents, hello } = live;
  const hasRead = useRef(false);
  useEffect(() => {
    const stopping = new AbortController();
    const read = async (): Promise<void> => {
      try {
        const data = await api.get<T>(path, stopping.signal);
        if (!stopping.signal.aborted) setAnswer({ data, error: undefined });
      } catch (error) {
        if (stopping.signal.aborted || !(error instanceof ApiError)) return;
        setAnswer(({ data }) => ({ data, error: error.message }));
      }
    };
    const readIfVisible = (): void => {
      if (document.visibilityState === 'visible') void read();
    };
    if (!isPaused || !hasRead.current) void read();
    hasRead.current = true;
    const timer = isPaused ? undefined : setInterval(readIfVisible, PERIOD_MS);
    return () => {
      clearInterval(timer);
      stopping.abort();
    };
  }, [api, path, isPaused, keySetEvents, hello?.boot]);
  return answer;
}
