/**
 * Uses every store once.
 *
 * @module
 */
import type { RedisStores } from '@scopegate/redis';
import { expect } from 'vitest';

/** Values that must not be readable anywhere: tokens, ids and claims. */
const SECRETS = {
  token: 'secret-access-token',
  subject: 'secret-subject',
  session: 'secret-session',
  tokenId: 'secret-token-id',
  clientId: 'secret-client',
  issuer: 'https://secret-issuer.example.com',
  claim: 'secret-claim',
  keyId: 'secret-key-id',
  proofId: 'secret-proof-id',
} as const;

const PROOF = 'p'.repeat(43);
const DIGEST = 'd'.repeat(43);
const NOW_SECONDS = Math.floor(Date.now() / 1000);

/** Uses every store as the packages do, and expects what each must return. */
export async function useEveryStore(stores: RedisStores): Promise<void> {
  const { issuer, token } = SECRETS;
  expect(await stores.replay.register(PROOF, 60_000)).toBe(true);
  expect(await stores.replay.register(PROOF, 60_000)).toBe(false);

  const { revocations } = stores;
  await revocations.ready();
  await revocations.withdraw({ issuer, tokenId: SECRETS.tokenId });
  await revocations.withdraw({ issuer, sessionId: SECRETS.session });
  await revocations.withdraw({ issuer, subject: SECRETS.subject, issuedBefore: NOW_SECONDS });
  await revocations.withdraw({ issuer, clientId: SECRETS.clientId, issuedBefore: NOW_SECONDS });
  expect(revocations.health()).toMatchObject({ entries: 4, isCurrent: true });

  const record = { members: { active: true, sub: SECRETS.subject }, askedAt: Date.now() };
  await stores.introspectionCache.write(DIGEST, record, 60_000);
  expect(await stores.introspectionCache.read(DIGEST)).toEqual(record);

  const url = `${issuer}/keys`;
  const jwks = { keys: [{ kty: 'EC', kid: SECRETS.keyId }] };
  const snapshot = { jwks, url, fetchedAt: Date.now() };
  await stores.keySetSnapshots.write(issuer, snapshot, 60_000);
  expect(await stores.keySetSnapshots.read(issuer)).toMatchObject(snapshot);

  const turn = await stores.tokens.takeTurn(DIGEST, undefined);
  if (turn.turn !== 'lease') throw new Error(`the turn is ${turn.turn}`);
  expect(await stores.tokens.takeTurn(DIGEST, undefined)).toMatchObject({ turn: 'wait' });
  expect(await turn.lease.extend()).toBe(true);
  await turn.lease.fulfill({ value: token, scopes: [SECRETS.claim] }, 60_000);
  expect(await stores.tokens.takeTurn(DIGEST, undefined)).toMatchObject({
    turn: 'token',
    token: { value: token },
  });
}
