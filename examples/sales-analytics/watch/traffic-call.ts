/**
 * One call of the traffic.
 *
 * @module
 */
import type { TokenSource } from '@scopegate/client';
import type { Demo } from '../show/demo.js';
import { call } from '../show/requests.js';
import type { Callers } from './callers.js';

/** What a call is made with. */
export interface Stage {
  readonly demo: Demo;
  readonly callers: Callers;
}

/** One call, and what the API decides about it. */
export interface TrafficCall {
  /** Who calls, and with what. */
  readonly title: string;
  /** What the decision event must report: `allowed`, or the reason of the refusal. */
  readonly expected: string;
  /** Sends the request. The body of the response has not been read. */
  readonly run: (stage: Stage) => Promise<Response>;
}

/**
 * Calls the API with the current token of a caller.
 *
 * @param request - The method and the path: `GET /v1/sales/analytics`.
 * @param forge - Makes another token of it.
 */
export async function callWith(
  { demo }: Stage,
  request: string,
  { source, forge }: { source: TokenSource; forge?: (token: string) => Promise<string> | string },
): Promise<Response> {
  const { value } = await source.token();
  return call(demo.resource, request, (await forge?.(value)) ?? value);
}
