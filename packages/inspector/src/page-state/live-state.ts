/**
 * What the page knows from the stream.
 *
 * @module
 */
import type { Counters, Gap, Hello, WireDecision } from '../wire.js';
import type { StreamMessage } from './message-parser.js';

/** How the page is connected. Times are in milliseconds since the epoch, by the clock of the browser. */
export type ConnectionStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'reconnecting'; readonly since: number; readonly nextTryAt: number }
  /** The process said that it ends. */
  | { readonly kind: 'ended'; readonly since: number; readonly nextTryAt: number }
  /** Too many pages are open. */
  | { readonly kind: 'busy'; readonly nextTryAt: number }
  | { readonly kind: 'denied'; readonly status: number };

/** A row of the list of decisions. Keys are unique across restarts. */
export type FeedRow =
  | { readonly kind: 'decision'; readonly key: string; readonly decision: WireDecision }
  | { readonly kind: 'gap'; readonly key: string; readonly missed: number }
  | { readonly kind: 'restart'; readonly key: string; readonly time: number };

/** What the page knows from the stream. */
export interface LiveState {
  readonly status: ConnectionStatus;
  readonly hello: Hello | undefined;
  /** Clock of the process minus clock of the browser, in milliseconds. */
  readonly clockOffsetMs: number;
  /** Newest first, at most {@link MAX_ROWS}. */
  readonly rows: readonly FeedRow[];
  /** Number of decisions received since the page was opened, and of refusals among them. */
  readonly received: number;
  readonly refused: number;
  readonly counters: Counters | undefined;
  /** Number of messages about key sets, so that views read them again. */
  readonly keySetEvents: number;
}

/** What the page knows before the first message. */
export const INITIAL_STATE: LiveState = {
  status: { kind: 'connecting' },
  hello: undefined,
  clockOffsetMs: 0,
  rows: [],
  received: 0,
  refused: 0,
  counters: undefined,
  keySetEvents: 0,
};

/** The largest number of rows that the page keeps. */
export const MAX_ROWS = 2_000;

/**
 * Applies a message of the stream. Unknown messages, and those that are not JSON, change nothing.
 *
 * @param now - The clock of the browser, in milliseconds since the epoch.
 */
export function applyMessage(state: LiveState, message: StreamMessage, now: number): LiveState {
  const data = parseObject(message.data);
  if (data === undefined) return state;
  switch (message.event) {
    case 'hello':
      return applyHello(state, data as Hello, now);
    case 'decisions':
      return Array.isArray(data) ? applyDecisions(state, data as WireDecision[]) : state;
    case 'counters':
      return isCounters(data) ? { ...state, counters: data } : state;
    case 'gap':
      return applyGap(state, data as Gap);
    case 'key-set':
      return { ...state, keySetEvents: state.keySetEvents + 1 };
    default:
      return state;
  }
}

/** Finds the id of the newest decision, as the stream names it; `undefined` before the first. */
export function findLastId({ rows }: LiveState): string | undefined {
  return rows.find(({ kind }) => kind === 'decision')?.key;
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A restarted process may have another version than the page. */
function isCounters(data: Partial<Counters>): data is Counters {
  return Array.isArray(data.slots) && Array.isArray(data.by);
}

function applyHello(state: LiveState, hello: Hello, now: number): LiveState {
  if (![hello.now, hello.startedAt, hello.pid].every(Number.isFinite)) return state;
  const known = { ...state, hello, clockOffsetMs: hello.now - now };
  if (state.hello === undefined || state.hello.boot === hello.boot) return known;
  const restart: FeedRow = { kind: 'restart', key: `restart-${hello.boot}`, time: hello.startedAt };
  return { ...known, rows: prepend(state.rows, [restart]), counters: undefined };
}

function applyDecisions(state: LiveState, decisions: readonly WireDecision[]): LiveState {
  const boot = state.hello?.boot ?? '';
  const known = new Set(state.rows.slice(0, decisions.length + 400).map(({ key }) => key));
  const fresh = decisions
    .map((decision): FeedRow => ({ kind: 'decision', key: `${boot}-${decision.seq}`, decision }))
    .filter(({ key }) => !known.has(key));
  if (fresh.length === 0) return state;
  const refused = fresh.filter((row) => row.kind === 'decision' && isRefusal(row.decision));
  return {
    ...state,
    rows: prepend(state.rows, fresh.reverse()),
    received: state.received + fresh.length,
    refused: state.refused + refused.length,
  };
}

function applyGap(state: LiveState, { missed }: Gap): LiveState {
  if (!(missed > 0)) return state;
  const [newest] = state.rows;
  // Two gaps without a decision between them are one.
  if (newest?.kind === 'gap') {
    const [, ...older] = state.rows;
    return { ...state, rows: [{ ...newest, missed: newest.missed + missed }, ...older] };
  }
  const gap: FeedRow = { kind: 'gap', key: `gap-${newest?.key ?? 'first'}`, missed };
  return { ...state, rows: prepend(state.rows, [gap]) };
}

function prepend(rows: readonly FeedRow[], newer: readonly FeedRow[]): readonly FeedRow[] {
  return [...newer, ...rows].slice(0, MAX_ROWS);
}

/** Whether the request got 401, 403 or another refusal. */
function isRefusal({ outcome }: WireDecision): boolean {
  return outcome === 'refused';
}
