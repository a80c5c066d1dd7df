import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { describe, expect, it } from 'vitest';
import { listenToDecisions } from '../../../../test/support/decision-log.js';
import { SECRET_OPTIONS, signToken } from '../../../../test/support/tokens.js';
import type { TrialVerdict } from '../decision-event.js';
import { authenticationPolicy, routePolicy } from '../policy/compile-policy.js';
import { nodeRequestAdapter } from '../request/node-request.js';
import { PUBLISH_AT_ONCE } from './publication-timing.js';
import { RequestDecision } from './request-decision.js';
import { ScopePublisher } from './scope-publisher.js';
import type { Decision, ObservationContext, Verdict } from './verdict.js';

const token = await createAccessTokenVerifier(SECRET_OPTIONS).verify(signToken());
const server = { vocabulary: undefined, excessScopes: 'ignore' } as const;
const READ = routePolicy({ scope: 'read' }, server).declared;
const ANY = authenticationPolicy('required', server).declared;

const context: ObservationContext<IncomingMessage> = {
  adapter: nodeRequestAdapter,
  identifyClients: false,
  server: 'sales',
  timing: PUBLISH_AT_ONCE,
  scopes: new ScopePublisher(new Set()),
};

function verdict(
  outcome: Decision['outcome'],
  changes: Partial<Verdict<IncomingMessage>> & { readonly trial?: TrialVerdict } = {},
): Verdict<IncomingMessage> {
  const { trial, ...others } = changes;
  const reason = outcome === 'unenforced' ? 'scope' : undefined;
  return {
    decision: { outcome, reason, scheme: 'Bearer', excess: undefined, trial },
    decider: { guard: 'require', policy: READ },
    context,
    token,
    source: 'cache',
    microseconds: 2,
    ...others,
  };
}

/** Publishes the decision of several guards. */
function publish(...verdicts: readonly Verdict<IncomingMessage>[]) {
  const events = listenToDecisions();
  const decision = new RequestDecision<IncomingMessage>();
  for (const each of verdicts) decision.add(each);
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET' });
  decision.publish(request);
  decision.publish(request);
  expect(events).toHaveLength(1);
  return events[0];
}

const any = { guard: 'requireAccessToken', policy: ANY };

describe('RequestDecision', () => {
  it('publishes the last word, the earlier policies, and the time of all guards', () => {
    expect(publish(verdict('allowed', { decider: any }), verdict('allowed'))).toMatchObject({
      guard: 'require',
      policy: READ,
      earlier: [ANY],
      microseconds: 4,
    });
  });

  it.each(['allowed', 'anonymous'] as const)(
    'keeps what a guard would have refused, although a later one has decided %s',
    (later) => {
      const event = publish(verdict('unenforced'), verdict(later, { decider: any }));
      const earlier = later === 'allowed' ? [ANY] : [];
      expect(event).toMatchObject({
        outcome: 'unenforced',
        reason: 'scope',
        policy: READ,
        earlier,
      });
    },
  );

  it('publishes a refusal after a guard that enforces nothing', () => {
    const event = publish(verdict('unenforced'), verdict('refused', { decider: any }));
    expect(event).toMatchObject({ outcome: 'refused', policy: ANY, earlier: [] });
  });

  it('keeps the token and its source if a handler refuses the request', () => {
    const handler = {
      decider: { guard: 'handler', policy: undefined },
      token: undefined,
      source: undefined,
    };
    expect(publish(verdict('allowed'), verdict('refused', handler))).toMatchObject({
      issuer: SECRET_OPTIONS.issuer,
      source: 'cache',
      earlier: [READ],
    });
  });

  it.each([
    ['refused', 'allowed', 'refused'],
    ['allowed', 'refused', 'refused'],
    ['error', 'allowed', 'error'],
    ['allowed', 'error', 'error'],
    ['error', 'refused', 'refused'],
    ['refused', 'error', 'refused'],
    [undefined, 'allowed', 'allowed'],
    ['refused', undefined, 'refused'],
    [undefined, undefined, undefined],
  ] as const)('combines the trials %s and %s to %s', (first, second, expected) => {
    const [earlier, later] = [first, second].map((outcome) =>
      verdict('allowed', outcome && { trial: { outcome, reason: undefined } }),
    );
    if (earlier === undefined || later === undefined) throw new Error('there are two verdicts');
    expect(publish(earlier, later)?.trial?.outcome).toBe(expected);
  });

  it.each([
    [{ jkt: 'k', x5tS256: undefined }, 'dpop'],
    [{ jkt: undefined, x5tS256: 'c' }, 'mtls'],
    [{ jkt: 'k', x5tS256: 'c' }, 'both'],
  ])('names the binding of a token with the confirmation %j', (confirmation, binding) => {
    const event = publish(verdict('allowed', { token: { ...token, confirmation } }));
    expect(event?.binding).toBe(binding);
    expect(JSON.stringify(event)).not.toMatch(/"[kc]"/);
  });

  it.each([
    ['client', true, 'reports'],
    ['client', false, undefined],
  ])('names the %s where identifyClients is %s', (_what, identifyClients, clientId) => {
    const event = publish(verdict('allowed', { context: { ...context, identifyClients } }));
    expect([event?.clientId, event?.held === undefined]).toEqual([clientId, !identifyClients]);
  });

  it('has no route and no method if the adapter throws', () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const adapter = { ...nodeRequestAdapter, route: fail, method: fail };
    const event = publish(verdict('allowed', { context: { ...context, adapter } }));
    expect(event).toMatchObject({ outcome: 'allowed', route: undefined, method: undefined });
  });
});
