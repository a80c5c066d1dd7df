import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import express, { type Express } from 'express';
import request from 'supertest';
import { expect, it, vi } from 'vitest';
import { root } from '../../workspace/workspace.js';

it('the program in the README responds as the README shows', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, path = '', shown = ''] =
    /^\$ curl -i http:\/\/localhost:3000(\S+)\n(.*?)\n```$/ms.exec(readme) ?? [];
  const apps: Express[] = [];
  // The program listens on a fixed port, which may be in use.
  vi.spyOn(express.application, 'listen').mockImplementation(function (this: Express) {
    apps.push(this);
    return createServer();
  });
  await import('./quickstart.js');
  const [app] = apps;
  if (app === undefined) throw new Error('the program must call listen()');
  const { status, type, headers } = await request(app).get(path);
  const [statusLine, ...fields] = shown.split('\n');
  expect(statusLine).toBe(`HTTP/1.1 ${status} Unauthorized`);
  expect(fields.length).toBeGreaterThan(0);
  expect(type).toBe('application/problem+json');
  for (const field of fields) {
    const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(field) ?? [];
    expect(headers).toMatchObject({ [name.toLowerCase()]: value });
  }
});
