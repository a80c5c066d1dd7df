/**
 * Calls that the API allows.
 *
 * @module
 */
import { CLOSING } from '../show/bound-token-scenes.js';
import { REPORT } from '../show/requests.js';
import type { Callers } from './callers.js';
import { callWith, type Stage, type TrafficCall } from './traffic-call.js';

/** The request of the back office that needs two scopes. */
export const REFRESH = 'POST /v1/sales/refresh';

/** The request that accepts only tokens that can do nothing else. */
export const EXPORT = 'GET /v1/sales/export';

/** Calls with JWTs, opaque tokens and bound tokens, of four clients. */
export const GOOD_CALLS: readonly TrafficCall[] = [
  allowed('the report service reads', REPORT, 'report'),
  allowed('the stock ticker reads', REPORT, 'ticker'),
  allowed('the field office reads with an opaque token', REPORT, 'field'),
  allowed('the back office refreshes', REFRESH, 'backOffice'),
  // Its token can do more than read: the policy on trial would refuse it.
  allowed('the back office reads with every scope', REPORT, 'backOffice'),
  allowed('the back office exports with one scope', EXPORT, 'modestBackOffice'),
  {
    title: 'the back office closes the books with a bound token',
    expected: 'allowed',
    run: closeBooks,
  },
];

/** Calls with a token that is bound to a key. */
export function closeBooks({ demo, callers }: Stage): Promise<Response> {
  const [method = '', path = ''] = CLOSING.split(' ');
  return callers.boundBackOffice.fetch(`${demo.resource}${path}`, { method });
}

function allowed(
  title: string,
  request: string,
  caller: Exclude<keyof Callers, 'lastSent' | 'close'>,
): TrafficCall {
  return {
    title,
    expected: 'allowed',
    run: (stage) => callWith(stage, request, { source: stage.callers[caller] }),
  };
}
