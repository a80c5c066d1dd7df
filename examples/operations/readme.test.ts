import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundlePrograms } from '../../test/support/bundle-programs.js';
import { type ChildProgram, startChildProgram } from '../../test/support/child-program.js';
import { isWindows } from '../../test/support/user-environment.js';
import { type Fence, readFences } from '../../test/workspace/readmes.js';

const README = 'examples/operations/README.md';

let folder: string;
let program: ChildProgram;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  const bundles = await bundlePrograms({
    otel: 'examples/operations/otel.ts',
    start: 'examples/operations/start.ts',
    scopegate: 'packages/cli/src/scopegate.ts',
  });
  folder = await mkdtemp(join(tmpdir(), 'scopegate-operations-'));
  program = startChildProgram({
    args: ['--import', './otel.mjs', 'start.mjs', folder],
    cwd: bundles,
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: String(await findFreePort()) },
  });
  const [text] = await program.waitFor(/^ {2}export[^]*Press Ctrl\+C/m);
  const variables = [...text.matchAll(/export (\w+)='([^']*)'/g)];
  environment = {
    ...Object.fromEntries(variables.map(([, name = '', value = '']) => [name, value])),
    PATH: `${await installCommand(bundles)}:${process.env['PATH'] ?? ''}`,
  };
  // Every client has called.
  await waitForText('LOG', '"reason":"audience"');
  for (const text of ['"reports"', '"back-office"', '"reportOnly":', 'excess_scope']) {
    await waitForText('USAGE', text);
  }
}, 60_000);

afterAll(async () => {
  await program.stop('SIGKILL');
  await rm(folder, { recursive: true });
});

/** `npx scopegate` without a build. */
async function installCommand(bundles: string): Promise<string> {
  const path = join(folder, 'bin');
  await mkdir(path);
  const command = `#!/bin/sh\nshift\nexec '${process.execPath}' '${bundles}/scopegate.mjs' "$@"\n`;
  await writeFile(join(path, 'npx'), command);
  await chmod(join(path, 'npx'), 0o755);
  return path;
}

async function waitForText(file: 'LOG' | 'USAGE', text: string): Promise<void> {
  const read = async (): Promise<void> => {
    expect(await readFile(environment[file] ?? '', 'utf8')).toContain(text);
  };
  await vi.waitFor(read, { timeout: 15_000, interval: 100 });
}

/** OpenTelemetry's exporter needs a port that is known before it listens. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  server.close();
  await once(server, 'close');
  return address.port;
}

async function readWalk(): Promise<(readonly [commands: Fence, output: Fence])[]> {
  const markdown = await readFile(new URL('README.md', import.meta.url), 'utf8');
  const fences = readFences(README, markdown);
  return fences.flatMap((fence, index) => {
    const output = fences[index + 1];
    return fence.language === 'sh' && output?.language === 'text' ? [[fence, output] as const] : [];
  });
}

async function run(commands: string): Promise<string> {
  const shell = spawn('bash', ['-c', commands], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  await once(shell, 'close');
  return output;
}

/** A line of `…` stands for any lines, elsewhere `…` stands for any characters of a line. */
function patternOf({ text }: Fence): RegExp {
  const lines = text.trimEnd().split('\n');
  const patterns = lines.map((line) =>
    line === '…' ? '(?:[^\n]*\n)*?' : `${line.split('…').map(escape).join('[^\n]*')}\n`,
  );
  return new RegExp(`^${patterns.join('')}\n*$`);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

// The commands need a shell of POSIX.
describe.skipIf(isWindows)('README.md', () => {
  it('prints what its commands print', { timeout: 60_000 }, async () => {
    const walk = await readWalk();
    expect(walk).toHaveLength(8);
    for (const [commands, output] of walk) {
      // The response of a server has no line break at its end.
      expect(`${(await run(commands.text)).trimEnd()}\n`).toMatch(patternOf(output));
    }
  });
});

// On Windows, a process cannot react to SIGTERM.
describe.skipIf(isWindows)('start', () => {
  it('ends on SIGTERM, after the usage of privileges was written', async () => {
    expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    const usage = await readFile(environment['USAGE'] ?? '', 'utf8');
    expect(JSON.parse(usage)).toMatchObject({ scopegate: 'usage/1' });
    await expect(fetch(environment['API'] ?? '')).rejects.toThrow('fetch failed');
    await expect(fetch(environment['METRICS'] ?? '')).rejects.toThrow('fetch failed');
    const written = `${program.output()}${await readFile(environment['LOG'] ?? '', 'utf8')}`;
    expect(written).not.toContain('eyJ');
  });
});
