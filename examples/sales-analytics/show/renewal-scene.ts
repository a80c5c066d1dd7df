/**
 * The scene in which short-lived tokens are renewed while a client calls the API.
 *
 * @module
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  clientSecretBasic,
  createTokenClient,
  TOKEN_CHANNEL,
  type TokenEvent,
} from '@scopegate/client';
import { accepted } from './answer.js';
import { READ, REPORT } from './requests.js';
import type { Scene } from './scene.js';

const RENEWALS = 3;
const CALL_EVERY_MS = 700;
// Enough for ten tokens, so that three renewals fit even on a slow machine.
const MAX_CALLS = 70;

/** Creates a scene in which a service calls the API until its token has been renewed three times. */
export function createRenewalScene(print: (text: string) => void): Scene {
  return {
    title: 'five-second tokens are renewed before they expire: no call fails',
    caller: 'stock ticker',
    request: REPORT,
    token: 'its own, for 5 seconds',
    expected: accepted(200),
    isRepeated: true,
    seconds: 12,
    async run({ authorizationServer: { issuer }, resource, tickerClient, clock }) {
      print('\nThe stock ticker calls the API for about 12 seconds.\n');
      const { clientId, clientSecret } = tickerClient;
      const client = createTokenClient({
        issuer,
        clientId,
        clientAuthentication: clientSecretBasic(() => clientSecret),
        clock: () => clock.now(),
      });
      const analytics = client.for({ resource, scope: READ });
      const renewals = countRenewals(clientId);
      try {
        for (let calls = 1; calls <= MAX_CALLS; calls += 1) {
          const response = await analytics.fetch(`${resource}/v1/sales/analytics`);
          if (response.status !== 200) return response;
          if (renewals.count() >= RENEWALS) {
            print(`Stock ticker: ${calls} calls, ${RENEWALS} renewals, no call failed.\n`);
            return response;
          }
          await response.body?.cancel();
          await clock.wait(CALL_EVERY_MS);
        }
        throw new Error(`the token was renewed only ${renewals.count()} times`);
      } finally {
        renewals.close();
        client.close();
      }
    },
  };
}

function countRenewals(clientId: string): { count(): number; close(): void } {
  let count = 0;
  const record = (message: unknown): void => {
    // Scopegate publishes only this type on its channel.
    const event = message as TokenEvent;
    if (event.event === 'renewed' && event.clientId === clientId) count += 1;
  };
  subscribe(TOKEN_CHANNEL, record);
  return {
    count: () => count,
    close: () => {
      unsubscribe(TOKEN_CHANNEL, record);
    },
  };
}
