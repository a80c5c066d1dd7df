import { createServer } from 'node:http';
import { logEvents } from '@scopegate/telemetry/logs';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openServer } from '../../support/listen.js';
import { openApi } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { messageFirst } from './log-refusals.js';

describe('messageFirst of the README', () => {
  it('logs refusals with a logger that gets the message first', async () => {
    const lines: unknown[][] = [];
    const writeAs =
      (level: string) =>
      (message: string, members: object): unknown =>
        lines.push([level, message, members]);
    const [info, warn, error] = [writeAs('info'), writeAs('warn'), writeAs('error')];
    const log = logEvents(messageFirst({ info, warn, error }));
    onTestFinished(() => {
      log.close();
    });
    const api = openApi(SECRET_OPTIONS);
    const app = express().get('/sales', api.requireScope('read'), (_req, res) => void res.json({}));
    const url = new URL('/sales', await openServer(createServer(app)));
    const send = (scope: string): Promise<Response> =>
      fetch(url, { headers: { authorization: `Bearer ${signToken({ scope })}` } });
    expect((await send('read')).status).toBe(200);
    expect((await send('write')).status).toBe(403);
    expect(lines).toEqual([
      ['info', 'refused: scope', expect.objectContaining({ reason: 'scope', route: '/sales' })],
    ]);
  });
});
