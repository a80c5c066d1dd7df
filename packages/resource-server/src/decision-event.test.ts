import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { describe, expect, it } from 'vitest';
import { listenToDecisions } from '../../../test/support/decision-log.js';
import { SECRET_OPTIONS, signToken } from '../../../test/support/tokens.js';
import { type Decision, Observation } from './decision-event.js';
import { nodeRequestAdapter } from './request/node-request.js';

const token = await createAccessTokenVerifier(SECRET_OPTIONS).verify(signToken());
const allowed: Decision = {
  outcome: 'allowed',
  reason: undefined,
  scheme: 'Bearer',
  excess: undefined,
};

const adapter = nodeRequestAdapter;

function observe(members?: object): void {
  const observation = new Observation(requestOf(members), { adapter, identifyClients: false });
  observation.token = token;
  observation.end(allowed);
}

function requestOf(members: object = {}): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { method: 'GET' }, members);
}

describe('Observation', () => {
  it('publishes the decision', () => {
    const events = listenToDecisions();
    observe({ route: { path: '/v1/:id' } });
    expect(events).toEqual([
      {
        outcome: 'allowed',
        reason: undefined,
        scheme: 'Bearer',
        binding: undefined,
        issuer: 'https://auth.example.com',
        method: 'GET',
        route: '/v1/:id',
        cached: false,
        microseconds: expect.any(Number),
        clientId: undefined,
        excess: undefined,
      },
    ]);
  });

  it.each([
    [{ jkt: 'k', x5tS256: undefined }, 'dpop'],
    [{ jkt: undefined, x5tS256: 'c' }, 'mtls'],
    [{ jkt: 'k', x5tS256: 'c' }, 'both'],
  ])('names the binding of a token with the confirmation %j', (confirmation, binding) => {
    const events = listenToDecisions();
    const observation = new Observation(requestOf(), { adapter, identifyClients: false });
    observation.token = { ...token, confirmation };
    observation.end({ ...allowed, scheme: 'DPoP' });
    expect(events).toMatchObject([{ scheme: 'DPoP', binding }]);
    expect(JSON.stringify(events)).not.toMatch(/"[kc]"/);
  });

  it('names the client where identifyClients is set', () => {
    const events = listenToDecisions();
    for (const verified of [token, undefined]) {
      const observation = new Observation(requestOf(), { adapter, identifyClients: true });
      observation.token = verified;
      observation.end(allowed);
    }
    expect(events.map(({ clientId }) => clientId)).toEqual(['reports', undefined]);
  });

  it('measures time in whole microseconds', () => {
    const events = listenToDecisions();
    observe();
    expect(events[0]?.microseconds).toSatisfy(
      (value: number) => Number.isSafeInteger(value) && value >= 0,
    );
  });

  it.each<[unknown, string | undefined]>([
    [{ path: '/a' }, '/a'],
    [{ path: /^\/a/ }, '/^\\/a/'],
    [{ path: ['/a', /b/] }, '/a, /b/'],
    [{ path: 7 }, undefined],
    [{}, undefined],
    [undefined, undefined],
  ])('reads the declared path of the route %j', (route, path) => {
    const events = listenToDecisions();
    observe({ route, url: '/secret/42' });
    expect(events[0]?.route).toBe(path);
  });
});
