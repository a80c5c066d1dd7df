import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { createResourceServer } from '@scopegate/express';
import { clientSecretBasic, createTokenClient } from '@scopegate/client';
import { createRedisStores, type RedisStores, STORE_CHANNEL } from '@scopegate/redis';
import type { TestIssuer } from '@scopegate/testing';
import express from 'express';
import request from 'supertest';
import { expect, it, onTestFinished } from 'vitest';
import { openClient } from '../support/open-client.js';
import { createProver } from '../support/proofs.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { openIssuer } from '../support/test-issuers.js';
import { repeatUntil } from './support/load.js';
import { readDatabase, recordCommands } from './support/record-server.js';

const AUDIENCE = 'https://readable-audience.example.com';
const CLIENT = { clientId: 'readable-client', clientSecret: 'readable-client-secret' };
const SUBJECT = 'readable-subject';
const SESSION = 'readable-session';
const TOKEN_ID = 'readable-token-id';
const PROOF_ID = 'readable-proof-id';
const SCOPE = 'readable-scope';
const KEY = createHash('sha256').update('readable key').digest();
const CHANNELS = [STORE_CHANNEL, 'scopegate:token', 'scopegate:key-set'];

/** Every value that must not be found, in each form in which it could be written. */
function listForms(secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
  ]);
}

function recordEvents(): readonly string[] {
  const events: string[] = [];
  const record = (message: unknown, name: string | symbol): void => {
    events.push(`${String(name)} ${inspect(message, { depth: Infinity, showHidden: true })}`);
  };
  for (const name of CHANNELS) subscribe(name, record);
  onTestFinished(() => {
    for (const name of CHANNELS) unsubscribe(name, record);
  });
  return events;
}

/** Uses every store through the packages: a resource server with DPoP, opaque tokens and revocations, and a client. */
async function runEverything(stores: RedisStores, issuer: TestIssuer): Promise<readonly string[]> {
  const { introspectionCache: cache, replay, revocations, keySetSnapshots, tokens } = stores;
  const api = createResourceServer({
    ...issuer.options({ audience: AUDIENCE }),
    maxLifetimeSeconds: 86_400,
    dpop: { replay: { store: replay } },
    revocation: revocations,
    keySet: { snapshots: keySetSnapshots },
    introspection: { tokens: 'both' as const, ...issuer.introspectionClient, cache },
  });
  onTestFinished(() => {
    api.close();
  });
  await stores.ready();
  const app = express().get('/sales', api.requireAccessToken(), (_req, res) => res.json({}));
  const prover = createProver('ES256');
  const claims = { jti: TOKEN_ID, sid: SESSION, cnf: { jkt: prover.thumbprint } };
  const details = { subject: SUBJECT, audience: AUDIENCE, scope: SCOPE };
  const bound = await issuer.mint({ ...details, claims });
  const opaque = await issuer.opaque({ ...details, claims: { jti: `${TOKEN_ID}-2` } });

  const iat = Math.floor(Date.now() / 1000);
  const proof = prover.prove({ token: bound, iat, htu: `${AUDIENCE}/sales`, jti: PROOF_ID });
  const present = () =>
    request(app)
      .get('/sales')
      .set({ authorization: `DPoP ${bound}`, dpop: proof });
  await present().expect(200);
  await present().expect(401);
  await request(app).get('/sales').set('authorization', `Bearer ${opaque}`).expect(200);

  const client = createTokenClient({
    issuer: issuer.issuer,
    clientId: CLIENT.clientId,
    clientAuthentication: clientSecretBasic(() => CLIENT.clientSecret),
    tokenStore: tokens,
  });
  const { value: own } = await client.for({ resource: AUDIENCE, scope: SCOPE }).token();

  const kinds = [
    { tokenId: TOKEN_ID },
    { sessionId: SESSION },
    { subject: SUBJECT, issuedBefore: iat - 3_600 },
    { clientId: CLIENT.clientId, issuedBefore: iat - 3_600 },
  ];
  for (const kind of kinds) await revocations.withdraw({ issuer: issuer.issuer, ...kind });
  const keyIds = (await issuer.publicKeys()).map(({ kid }) => kid);
  return [bound, opaque, own, prover.thumbprint, proof, ...keyIds];
}

describeWithRedis('what Redis and its operators can read', (engine) => {
  it.each(['redis 6', 'ioredis 6'] as const)(
    'contains no token, secret, id or claim, in no key, value, command, event or error: %s',
    async (name) => {
      const redis = await openRedis(engine);
      const readCommands = await recordCommands(redis);
      const events = recordEvents();
      const { connection, send } = await openClient(name, redis);
      const encryptionKeys = [{ id: 'first', key: KEY }];
      const stores = createRedisStores(connection, { prefix: 'fleet', encryptionKeys });
      onTestFinished(() => {
        stores.close();
      });
      const issuer = await openIssuer({ clients: [CLIENT] });
      const secrets = await runEverything(stores, issuer);
      const kinds = [
        /^fleet:r:/,
        /^fleet:\{v\}:log /,
        /^fleet:i:/,
        /^fleet:k:/,
        /^fleet:\{[\w-]{22}\} /,
      ];
      const database = await repeatUntil(
        () => readDatabase(redis),
        (entries) => kinds.every((kind) => entries.some((entry) => kind.test(entry))),
      );

      // A foreign entry, and a server that is gone, for their events and errors.
      const [introspected = ''] = database.filter((entry) => entry.startsWith('fleet:i:'));
      const [key = ''] = introspected.split(' ');
      await send('SET', key, `1.first.${Buffer.alloc(64, 1).toString('base64url')}`);
      expect(await stores.introspectionCache.read(key.slice('fleet:i:'.length))).toBeUndefined();
      await redis.kill();
      const error: unknown = await stores.revocations
        .withdraw({ issuer: issuer.issuer, tokenId: TOKEN_ID })
        .catch((thrown: unknown) => thrown);

      const all = { depth: Infinity, showHidden: true };
      const shared = [
        ...database,
        readCommands(),
        ...events.filter((event) => event.startsWith(STORE_CHANNEL)),
        inspect(error, all),
        inspect(stores, all),
        inspect(stores.health(), all),
        inspect(stores.revocations, all),
      ].join('\n');
      for (const part of ['SET', 'EVALSHA', 'tampered', 'ERR_STORE_UNAVAILABLE']) {
        expect(shared.toUpperCase()).toContain(part.toUpperCase());
      }
      expect(database.filter((entry) => !entry.endsWith(' expires'))).toEqual([]);
      const { clientId, clientSecret } = issuer.introspectionClient;
      const hidden = listForms([
        SUBJECT,
        SESSION,
        TOKEN_ID,
        PROOF_ID,
        CLIENT.clientSecret,
        clientSecret(),
        KEY.toString('base64'),
        KEY.toString('base64url'),
        ...secrets,
      ]);
      const configured = listForms([CLIENT.clientId, clientId, SCOPE, AUDIENCE, issuer.issuer]);
      expect([...hidden, ...configured].filter((form) => shared.includes(form))).toEqual([]);
      // The events of a client and of a key set name what the application has configured.
      const own = events.join('\n');
      expect(own).toContain('scopegate:token');
      expect(hidden.filter((form) => own.includes(form))).toEqual([]);
    },
    60_000,
  );
});
