/**
 * Good and bad requests to the API, a few a second, until it is stopped.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import type { Demo } from '../show/demo.js';
import { BAD_CALLS } from './bad-calls.js';
import { createCallers } from './callers.js';
import { GOOD_CALLS } from './good-calls.js';
import type { Stage, TrafficCall } from './traffic-call.js';

/** Calls a second. A call is not sent before the response to the previous one. */
export const CALLS_PER_SECOND = 4;

/** The authorization server rotates its keys once in so many calls: about once a minute. */
const CALLS_PER_ROTATION = 240;

/** Running traffic. */
export interface Traffic {
  /** Stops it, and waits for the pending call. */
  stop(): Promise<void>;
}

/**
 * Starts the traffic.
 *
 * @param print - Prints text. A call that gets no response is reported once.
 */
export function startTraffic(demo: Demo, print: (text: string) => void): Traffic {
  const stopping = new AbortController();
  const callers = createCallers(demo);
  const ended = play({ demo, callers }, { print, signal: stopping.signal });
  return {
    async stop() {
      stopping.abort();
      await ended;
      callers.close();
    },
  };
}

/**
 * Chooses a call: two good ones, then a bad one, each kind in turn.
 *
 * @param index - The number of the call, from 0.
 */
export function selectCall(index: number): TrafficCall {
  const round = Math.floor(index / 3);
  const [calls, turn] =
    index % 3 === 2 ? [BAD_CALLS, round] : [GOOD_CALLS, round * 2 + (index % 3)];
  const selected = calls[turn % calls.length];
  if (selected === undefined) throw new RangeError('the number of a call must be an integer');
  return selected;
}

interface Run {
  readonly print: (text: string) => void;
  readonly signal: AbortSignal;
}

async function play(stage: Stage, { print, signal }: Run): Promise<void> {
  const failed = new Set<string>();
  for (let index = 0; !signal.aborted; index += 1) {
    if (index % CALLS_PER_ROTATION === CALLS_PER_ROTATION - 1) {
      stage.demo.authorizationServer.rotateKeys();
    }
    const { title, run } = selectCall(index);
    try {
      const response = await run(stage);
      await response.body?.cancel();
    } catch (error) {
      if (!failed.has(title)) print(`No response: ${title}: ${String(error)}\n`);
      failed.add(title);
    }
    await setTimeout(1000 / CALLS_PER_SECOND, undefined, { signal }).catch(() => undefined);
  }
}
