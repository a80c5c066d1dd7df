import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { reservePort } from './reserved-port.js';

describe('reservePort', () => {
  it('reserves another port for each caller', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, reservePort));
    expect(new Set(ports).size).toBe(20);
  });

  it('leaves the port free on 127.0.0.1', async () => {
    const server = createServer().listen(await reservePort(), '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });

  it('keeps the port from other processes', async () => {
    const port = await reservePort();
    const program = `require('node:net').createServer().listen(${port}, '127.0.0.2')
      .on('error', (error) => console.log(error.code))`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', program]);
    expect(stdout).toBe('EADDRINUSE\n');
  });
});
