import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../main.js';
import { runScenes, type SceneResult } from './run-scenes.js';
import { createScenes } from './scenes.js';
import { startStoryServers, type StoryServers } from './servers.js';

describe('runScenes', () => {
  const scenes = createScenes();
  let servers: StoryServers;
  let results: readonly SceneResult[];

  beforeAll(async () => {
    servers = await startStoryServers();
    results = await runScenes(scenes, servers);
  });

  afterAll(() => servers.close());

  it.each(scenes.map(({ title }, index) => [index + 1, title] as const))(
    'passes scene %i: %s',
    (number) => {
      const result = results[number - 1];
      expect(result?.outcome).toBe(result?.scene.outcome);
      expect(result?.traffic).toEqual(result?.scene.traffic);
      expect(result?.failure).toBeUndefined();
    },
  );
});

describe('main', () => {
  it('prints every scene without a token, and returns 0', async () => {
    const { text, exitCode } = await tell(createScenes());
    expect(exitCode).toBe(0);
    expect(text).toContain('\npassed   1  the 401 leads a client');
    expect(text).toMatch(/\nAll 13 scenes passed\.\n$/);
    expect(text).not.toContain('eyJ');
  });

  it.each([
    { what: 'a wrong outcome', change: { outcome: 'connected' }, printed: "outcome: 'connected'" },
    { what: 'wrong traffic', change: { traffic: [] }, printed: 'traffic: []' },
    {
      what: 'a request that fails',
      change: { run: () => Promise.reject(new Error('lost')) },
      printed: 'Error: lost',
    },
  ])('prints the differences of a scene with $what, and returns 1', async ({ change, printed }) => {
    const [first] = createScenes();
    if (first === undefined) throw new Error('createScenes() must return at least one scene');
    const { text, exitCode } = await tell([{ ...first, ...change }]);
    expect(exitCode).toBe(1);
    expect(text).toContain('FAILED   1');
    expect(text).toContain(printed);
    expect(text).toMatch(/\nFailed: scene 1 of 1\.\n$/);
  });
});

async function tell(
  scenes: ReturnType<typeof createScenes>,
): Promise<{ text: string; exitCode: number }> {
  const written: string[] = [];
  const exitCode = await main({ write: (text) => written.push(text) }, scenes);
  return { text: written.join(''), exitCode };
}
