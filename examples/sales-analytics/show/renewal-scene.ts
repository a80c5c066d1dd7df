/**
 * The scene in which tokens are short-lived and nobody notices.
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
import { accepted } from './promised.js';
import { READ, REPORT } from './requests.js';
import type { Scene } from './scene.js';

const RENEWALS = 3;
const CALL_EVERY_MS = 700;
// Ten tokens' worth: enough for three renewals, whatever else the machine does.
const MAX_CALLS = 70;

/** A service calls on and on, until its token of five seconds was renewed three times. */
export function createRenewalScene(print: (text: string) => void): Scene {
  return {
    title: 'tokens of five seconds are renewed ahead of time: no call fails',
    caller: 'stock ticker',
    request: REPORT,
    token: 'its own, for 5 seconds',
    promised: { ...accepted(200), repeated: true },
    async play({ authorizationServer: { issuer }, resource, tickerClient, time }) {
      print('\nFor a dozen seconds a stock ticker calls on and on, with tokens of five seconds.\n');
      const { clientId, clientSecret } = tickerClient;
      const client = createTokenClient({
        issuer,
        clientId,
        clientAuthentication: clientSecretBasic(() => clientSecret),
        clock: () => time.now(),
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
          await time.pass(CALL_EVERY_MS);
        }
        throw new Error(`the token was renewed ${renewals.count()} times only`);
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
    // The channel is Scopegate's own, and this is what it publishes there.
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
