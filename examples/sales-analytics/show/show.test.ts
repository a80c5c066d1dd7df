import { stripVTControlCharacters, styleText } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main, runDemo } from '../main.js';
import { createFastClock } from './demo-clock.js';
import { type Demo, startDemo } from './demo.js';
import { runScenes, type SceneResult } from './run-scenes.js';
import { createScenes } from './scenes.js';
import type { Terminal } from './terminal.js';

describe('runScenes', () => {
  const printed: string[] = [];
  const scenes = createScenes((text) => printed.push(text));
  let demo: Demo;
  let results: readonly SceneResult[];

  beforeAll(async () => {
    demo = await startDemo(createFastClock());
    results = await runScenes(scenes, demo);
  });

  afterAll(() => demo.close());

  it.each(scenes.map(({ title }, index) => [index + 1, title] as const))(
    'passes scene %i: %s',
    (number) => {
      const result = results[number - 1];
      expect(result?.answer).toBeDefined();
      expect(result?.failure).toBeUndefined();
    },
  );

  it('prints the rows of the report', () => {
    expect(printed.join('')).toContain('│ North  │   1284 │  96,310 │');
  });

  it('renews five-second tokens three times before they expire', () => {
    const calls = /Stock ticker: (\d+) calls, 3 renewals, no call failed/.exec(
      printed.join(''),
    )?.[1];
    // A renewal is due from 3.6 s on, and a call is made every 0.7 s.
    expect(Number(calls)).toBeGreaterThanOrEqual(16);
    expect(Number(calls)).toBeLessThanOrEqual(30);
  });

  it('sends Retry-After in the last scene', () => {
    expect(results.at(-1)?.answer?.retryAfter).toMatch(/^[1-9][0-9]?$/);
  });
});

describe('main', () => {
  it('prints the table and the results, and returns 0', async () => {
    const terminal = createTerminal();
    await expect(main([], terminal, { clock: createFastClock() })).resolves.toBe(0);
    const lines = terminal.text().split('\n');
    expect(lines).toContain('All 22 scenes passed.');
    expect(lines.filter((line) => line.startsWith('passed'))).toHaveLength(22);
    expect(Math.max(...lines.map((line) => line.length))).toBe(110);
  });

  it('prints no tokens, and no colours without a terminal', async () => {
    const terminal = createTerminal();
    await main([], terminal, { clock: createFastClock() });
    expect(terminal.text()).not.toContain('eyJ');
    expect(stripVTControlCharacters(terminal.text())).toBe(terminal.text());
  });

  it('prints colours on a terminal that supports them', async () => {
    const terminal = { ...createTerminal(), hasColors: () => true };
    await main([], terminal, { clock: createFastClock() });
    expect(terminal.text()).toContain(styleText('green', 'passed', { validateStream: false }));
  });

  it('keeps servers running for --serve, and prints how to request a token', async () => {
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
    await main(['--serve'], terminal, { stopped, clock: createFastClock() });
    expect(answer).toMatchObject({ scope: 'read:analytics', token_type: 'Bearer' });
  });

  it('returns 2 for an unknown argument', async () => {
    const terminal = createTerminal();
    await expect(main(['--server'], terminal)).resolves.toBe(2);
    expect(terminal.text()).toContain("Unknown option '--server'");
  });
});

describe('runDemo with a failing scene', () => {
  it('prints the differences and returns 1', async () => {
    const terminal = createTerminal();
    const exitCode = await runDemo(terminal, {
      scenesOf: (print) =>
        createScenes(print)
          .slice(0, 3)
          .map((scene, index) =>
            index === 1 ? { ...scene, expected: { ...scene.expected, status: 200 } } : scene,
          ),
    });
    expect(exitCode).toBe(1);
    expect(terminal.text()).toContain(
      [
        'passed   1  a valid token is accepted',
        'FAILED   2  no token: the challenge names the metadata and has no error code',
        '            Expected values to be strictly deep-equal:',
      ].join('\n'),
    );
    expect(terminal.text()).toMatch(/^ +\+ +status: 401/m);
    expect(terminal.text()).toMatch(/^ +- +status: 200/m);
    expect(terminal.text()).toContain('Failed: scene 2 of 3.');
  });

  it('runs the other scenes after a request that fails', async () => {
    const terminal = createTerminal();
    const exitCode = await runDemo(terminal, {
      scenesOf: (print) =>
        createScenes(print)
          .slice(0, 2)
          .map((scene, index) =>
            index === 0 ? { ...scene, run: () => Promise.reject(new Error('lost')) } : scene,
          ),
    });
    expect(exitCode).toBe(1);
    expect(terminal.text()).toContain('no response: Error: lost');
    expect(terminal.text()).toContain('passed   2');
  });
});

function createTerminal(): Terminal & { text(): string } {
  const written: string[] = [];
  return { write: (text) => written.push(text), text: () => written.join('') };
}
