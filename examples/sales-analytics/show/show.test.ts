import { stripVTControlCharacters, styleText } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main, tellStory } from '../main.js';
import { createFastTime } from './demo-clock.js';
import type { Terminal } from './terminal.js';
import { createScenes } from './scenes.js';
import { type Stage, startStage } from './demo.js';
import { type PlayedScene, playScenes } from './run-scenes.js';

describe('story', () => {
  const printed: string[] = [];
  const scenes = createScenes((text) => printed.push(text));
  let stage: Stage;
  let played: readonly PlayedScene[];

  beforeAll(async () => {
    stage = await startStage(createFastTime());
    played = await playScenes(scenes, stage);
  });

  afterAll(() => stage.close());

  it.each(scenes.map(({ title }, index) => [index + 1, title] as const))(
    'scene %i comes out as promised: %s',
    (number) => {
      const scene = played[number - 1];
      expect(scene?.answer).toBeDefined();
      expect(scene?.broken).toEqual([]);
    },
  );

  it('prints the rows of the report', () => {
    expect(printed.join('')).toContain('│ North  │   1284 │  96,310 │');
  });

  it('renews tokens of five seconds three times, ahead of time', () => {
    const calls = /Stock ticker: (\d+) calls, 3 renewals, no call failed/.exec(
      printed.join(''),
    )?.[1];
    // A renewal is due from 3.6 s on, and a call is made every 0.7 s.
    expect(Number(calls)).toBeGreaterThanOrEqual(16);
    expect(Number(calls)).toBeLessThanOrEqual(30);
  });

  it('tells the caller of the last scene when to try again', () => {
    expect(played.at(-1)?.answer?.retryAfter).toMatch(/^[1-9][0-9]?$/);
  });
});

describe('main', () => {
  it('prints the table and the verdicts, and exits with 0', async () => {
    const terminal = createTerminal();
    await expect(main([], terminal, { time: createFastTime() })).resolves.toBe(0);
    const lines = terminal.text().split('\n');
    expect(lines).toContain('All 16 scenes: as promised.');
    expect(lines.filter((line) => line.startsWith('as promised'))).toHaveLength(16);
    expect(Math.max(...lines.map((line) => line.length))).toBe(110);
  });

  it('prints no token and no colour when it is no terminal', async () => {
    const terminal = createTerminal();
    await main([], terminal, { time: createFastTime() });
    expect(terminal.text()).not.toContain('eyJ');
    expect(stripVTControlCharacters(terminal.text())).toBe(terminal.text());
  });

  it('colours the verdicts on a terminal that has colours', async () => {
    const terminal = { ...createTerminal(), hasColors: () => true };
    await main([], terminal, { time: createFastTime() });
    expect(terminal.text()).toContain(styleText('green', 'as promised', { validateStream: false }));
  });

  it('leaves servers up when asked to, and prints how to get a token from them', async () => {
    const terminal = createTerminal();
    let answer: unknown;
    const stopped = async (): Promise<void> => {
      const [, credentials = '', endpoint = ''] =
        /curl -s -u (\S+) (\S+)/.exec(terminal.text()) ?? [];
      const [, resource = ''] = /-d resource=(\S+)/.exec(terminal.text()) ?? [];
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(credentials)}` },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          resource,
          scope: 'read:analytics',
        }),
      });
      answer = await response.json();
    };
    await main(['--serve'], terminal, { stopped, time: createFastTime() });
    expect(answer).toMatchObject({ scope: 'read:analytics', token_type: 'Bearer' });
  });

  it('refuses an option it does not know', async () => {
    const terminal = createTerminal();
    await expect(main(['--server'], terminal)).resolves.toBe(2);
    expect(terminal.text()).toContain("Unknown option '--server'");
  });
});

describe('a story that comes out wrong', () => {
  it('names the scene, says what is different, and exits with 1', async () => {
    const terminal = createTerminal();
    const exitCode = await tellStory(terminal, {
      write: (print) =>
        createScenes(print)
          .slice(0, 3)
          .map((scene, index) =>
            index === 1 ? { ...scene, promised: { ...scene.promised, status: 200 } } : scene,
          ),
    });
    expect(exitCode).toBe(1);
    expect(terminal.text()).toContain(
      [
        'as promised   1  a good token opens the route',
        'BROKEN        2  no token: the challenge says where to look and names no error',
        '                 status: promised 200, got 401',
      ].join('\n'),
    );
    expect(terminal.text()).toContain('Not as promised: scene 2 of 3.');
  });

  it('plays on after a scene that gets no answer', async () => {
    const terminal = createTerminal();
    const exitCode = await tellStory(terminal, {
      write: (print) =>
        createScenes(print)
          .slice(0, 2)
          .map((scene, index) =>
            index === 0 ? { ...scene, play: () => Promise.reject(new Error('lost')) } : scene,
          ),
    });
    expect(exitCode).toBe(1);
    expect(terminal.text()).toContain('no answer: Error: lost');
    expect(terminal.text()).toContain('as promised   2');
  });
});

function createTerminal(): Terminal & { text(): string } {
  const written: string[] = [];
  return { write: (text) => written.push(text), text: () => written.join('') };
}
