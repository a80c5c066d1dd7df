import { stripVTControlCharacters, styleText } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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

describe.each([60, 80, 100, 200])('runDemo in %i columns', (columns) => {
  it.each([
    { what: 'a terminal', terminal: { isTTY: true, hasColors: () => true } },
    { what: 'a terminal without colours', terminal: { isTTY: true, hasColors: () => false } },
  ])('writes no line of $what that is longer', async ({ terminal: kind }) => {
    const terminal = { ...createTerminal(), ...kind, columns };
    await runDemo(terminal, { clock: createFastClock() });
    const lines = stripVTControlCharacters(terminal.text()).split(/[\r\n]+/);
    expect(lines).toContain('All 22 scenes passed.');
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });
});

describe('runDemo', () => {
  it('prints each scene, with its request and response, before the next one begins', async () => {
    const terminal = createTerminal();
    const before: string[] = [];
    await runDemo(terminal, {
      scenesOf: (print) =>
        createScenes(print)
          .slice(0, 3)
          .map((scene) => ({
            ...scene,
            run(demo) {
              before.push(terminal.text());
              return scene.run(demo);
            },
          })),
    });
    const [first = '', second = '', third = ''] = before;
    expect(second.slice(first.length)).toMatch(
      new RegExp(
        [
          '└─+┴─+┴─+┘',
          '',
          '✓ {2}1 {2}a valid token is accepted',
          ' {6}report service {2}GET /v1/sales/analytics {2}its own {22}200 allowed',
          '$',
        ].join('\n'),
      ),
    );
    expect(third.slice(second.length)).toBe(`
✓  2  no token: the challenge names the metadata and has no error code
      anonymous       GET /v1/sales/analytics  none                         401 missing_credentials
      WWW-Authenticate: Bearer realm="<api>", scope="read:analytics",
          resource_metadata="<api>/.well-known/oauth-protected-resource",
        DPoP realm="<api>", scope="read:analytics", algs="ES256",
          resource_metadata="<api>/.well-known/oauth-protected-resource"
`);
    expect(terminal.text()).toMatch(/\nAll 3 scenes passed\.\n$/);
  });

  it('wraps the request and the challenge in 80 columns', async () => {
    const terminal = { ...createTerminal(), columns: 80 };
    await runDemo(terminal, { scenesOf: (print) => createScenes(print).slice(13, 14) });
    expect(terminal.text()).toContain('no response: Error: the back office has sent no request');
    const played = { ...createTerminal(), columns: 80 };
    await runDemo(played, { scenesOf: (print) => createScenes(print).slice(12, 14) });
    expect(played.text()).toContain(`
✓  2  a stolen token that is bound to a key is refused without a proof
      attacker        GET /v1/sales/analytics  bound, as a bearer token
      401 sender_constraint
      WWW-Authenticate: Bearer realm="<api>", error="invalid_token",
          error_description="the access token is bound to a key whose possession
          was not proven", scope="read:analytics",
          resource_metadata="<api>/.well-known/oauth-protected-resource",
        DPoP realm="<api>", algs="ES256",
          resource_metadata="<api>/.well-known/oauth-protected-resource"
`);
  });

  it('shows the scene that is running on a terminal, and nothing that is rewritten on a pipe', async () => {
    vi.stubEnv('TERM', 'xterm');
    const scenesOf: typeof createScenes = (print) => createScenes(print).slice(1, 2);
    const terminal = { ...createTerminal(), isTTY: true, columns: 80 };
    await runDemo(terminal, { scenesOf });
    expect(terminal.text()).toContain('\r\u001B[K⠋  1  no token: the challenge names');
    const pipe = createTerminal();
    await runDemo(pipe, { scenesOf });
    for (const character of ['\r', '\u001B', '⠋']) expect(pipe.text()).not.toContain(character);
    vi.unstubAllEnvs();
  });

  it('prints a refusal that is expected without red', async () => {
    const terminal = { ...createTerminal(), hasColors: () => true };
    await runDemo(terminal, { scenesOf: (print) => createScenes(print).slice(1, 2) });
    expect(terminal.text()).toContain(styleText('green', '✓', { validateStream: false }));
    expect(terminal.text()).toContain(' 401 missing_credentials\n');
    expect(terminal.text()).not.toContain('\u001B[31m');
  });

  it('leaves out the scene that waits if it is quick, and says so', async () => {
    const terminal = createTerminal();
    const clock = { now: Date.now, wait: () => Promise.reject(new Error('it waits')) };
    await expect(main({ quick: true }, terminal, { clock })).resolves.toBe(0);
    expect(terminal.text()).toContain(`
- 18  five-second tokens are renewed before they expire: no call fails
      left out by --quick, because it takes about 12 seconds

✓ 19  a rotated key works immediately
`);
    expect(terminal.text()).toMatch(/\nAll 21 scenes passed\. --quick left out 1 of 22\.\n$/);
  });
});

describe('main', () => {
  it('prints every scene, no tokens, no colours without a terminal, and returns 0', async () => {
    const terminal = createTerminal();
    await expect(main({}, terminal, { clock: createFastClock() })).resolves.toBe(0);
    const lines = terminal.text().split('\n');
    expect(lines).toContain('All 22 scenes passed.');
    expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(22);
    expect(terminal.text()).not.toContain('eyJ');
    expect(stripVTControlCharacters(terminal.text())).toBe(terminal.text());
  });

  it('keeps servers running for --serve, and prints how to request a token', async () => {
    const terminal = { ...createTerminal(), columns: 80 };
    let answer: unknown;
    const stopped = async (): Promise<void> => {
      const text = terminal.text();
      const [, issuer = ''] = /\n {2}ISSUER=(\S+)\n/.exec(text) ?? [];
      const [, resource = ''] = /\n {2}API=(\S+)\n/.exec(text) ?? [];
      const [, credentials = ''] =
        /TOKEN=\$\(curl -s \$ISSUER\/token \\\n +-u (\S+)/.exec(text) ?? [];
      expect(text.split('\n').filter((line) => line.length > 80)).toHaveLength(0);
      const response = await fetch(`${issuer}/token`, {
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
    await main({ serve: true, quick: true }, terminal, { stopped });
    expect(answer).toMatchObject({ scope: 'read:analytics', token_type: 'Bearer' });
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
      '\n✗  2  no token: the challenge names the metadata and has no error code\n',
    );
    expect(terminal.text()).toContain('\n      Expected values to be strictly deep-equal:\n');
    expect(terminal.text()).toMatch(/^ +\+ +status: 401/m);
    expect(terminal.text()).toMatch(/^ +- +status: 200/m);
    expect(terminal.text()).toContain('\n✓  3  an expired token is refused\n');
    expect(terminal.text()).toMatch(/\nFailed: scene 2 of 3\.\n$/);
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
    expect(terminal.text()).toContain('\n      no response: Error: lost\n');
    expect(terminal.text()).toContain('\n✓  2');
  });
});

function createTerminal(): Terminal & { text(): string } {
  const written: string[] = [];
  return { write: (text) => written.push(text), text: () => written.join('') };
}
