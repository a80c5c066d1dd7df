import { expect, it, describe } from 'vitest';
import { describeWithRedis } from '../../test/support/redis-engines.js';
import { startFleetNode } from './fleet-node.js';
import { main } from './main.js';
import type { Scene } from './story/scene.js';
import { createScenes } from './story/scenes.js';

// A fresh clone has no built program to fork, so all nodes run here, each with its own connection.
const startNode = startFleetNode;

describeWithRedis('main', (engine) => {
  // On a machine that is too busy, a process may stop waiting for the server and do without it.
  it(
    'passes every scene, prints what happened, and returns 0',
    { retry: 2, timeout: 60_000 },
    async () => {
      const terminal = createTerminal();
      const exitCode = await main(terminal, { server: engine.program, startNode });
      const text = terminal.text();
      expect(text.match(/^FAILED.*(?:\n .*)*/gm) ?? []).toEqual([]);
      expect(exitCode).toBe(0);
      expect(text).toContain(`All ${createScenes().length} scenes passed.`);
      expect(text).not.toContain('eyJ');
    },
  );

  it('prints the differences of a wrong scene and returns 1', { timeout: 60_000 }, async () => {
    const terminal = createTerminal();
    const scene: Scene = {
      title: 'a session is ended',
      expected: ['API 1: 204'],
      run: () => Promise.resolve({ lines: ['API 1: 503'], measured: 'after 3 ms' }),
    };
    const lost: Scene = { ...scene, run: () => Promise.reject(new Error('lost')) };
    const options = { server: engine.program, startNode, scenes: [scene, lost] };
    await expect(main(terminal, options)).resolves.toBe(1);
    const text = terminal.text();
    expect(text).toContain('FAILED   1  a session is ended\n            API 1: 503\n');
    expect(text).toMatch(/^ +! - {3}'API 1: 204'/m);
    expect(text).toContain('! Error: lost');
    expect(text).toContain('Failed: scenes 1, 2 of 2.');
  });
});

describe('main without a server', () => {
  it('says how to get one, and returns 0', async () => {
    const terminal = createTerminal();
    await expect(main(terminal, { server: undefined })).resolves.toBe(0);
    expect(terminal.text()).toMatch(/^Skipped: this example needs a Redis/);
  });
});

function createTerminal(): { write(text: string): unknown; text(): string } {
  const written: string[] = [];
  return { write: (text) => written.push(text), text: () => written.join('') };
}
