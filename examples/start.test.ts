import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePrograms } from '../test/support/bundle-programs.js';

// It is alone in its folder: without node_modules, and with nothing that could be built.
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scopegate-start-'));
  mkdirSync(join(folder, 'examples'));
  copyFileSync(new URL('start.mjs', import.meta.url), join(folder, 'examples/start.mjs'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function runNode(cwd: string, args: readonly string[]): Ended {
  const options = { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'] } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { status, out: stdout, err: stderr };
}

function start(...args: readonly string[]): Ended {
  return runNode(folder, ['examples/start.mjs', ...args]);
}

describe('start.mjs', () => {
  it('prints its options and exit codes for --help, in 80 columns', () => {
    const { status, out, err } = start('--quick', '--help');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const lines = out.split('\n');
    expect(lines[0]).toBe('Usage: npm start [-- <option>...]');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const entries = lines.flatMap((line) => /^ {2}(\S+) {2,}/.exec(line)?.[1] ?? []);
    expect(entries).toEqual(['--quick', '--serve', '--watch', '--help', '0', '1', '2', '130']);
  });

  it.each(['--server', '-q', 'quick', '--quick=yes', ''])('refuses the argument "%s"', (arg) => {
    expect(start('--quick', arg)).toEqual({
      status: 2,
      out: '',
      err: `Unknown argument "${arg}". The options are --quick, --serve, --watch, --help.\n`,
    });
  });

  it('has every option in the README of its demo', () => {
    const readme = readFileSync(new URL('sales-analytics/README.md', import.meta.url), 'utf8');
    const documented = readme.match(/^npm start -- (--\w+)/gm);
    expect(documented).toEqual(
      ['--quick', '--serve', '--watch', '--help'].map((option) => `npm start -- ${option}`),
    );
  });
});

describe('start programs of the other examples', () => {
  const names = ['fleet', 'mcp-server', 'operations', 'service-chain'];
  let bundles: string;

  beforeAll(async () => {
    const programs = names.map((name) => [name, `examples/${name}/start.ts`]);
    bundles = await bundlePrograms(Object.fromEntries(programs) as Record<string, string>);
  });

  it.each(names)('print their usage in 80 columns for --help: %s', (name) => {
    const { status, out, err } = runNode(bundles, [`${name}.mjs`, '--help']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const lines = out.split('\n');
    const usage = `Usage: npm start -w @scopegate-examples/${name}`;
    expect(lines[0]).toBe(name === 'operations' ? `${usage} [-- <folder>]` : usage);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(out).toMatch(/^ {2}--help +prints this text$/m);
    expect(out).toMatch(/^Exit codes: 0/m);
  });

  it.each(names)('refuse unknown options in one line: %s', (name) => {
    const advice =
      name === 'operations' ? 'Use --help, or one folder.' : 'The only option is --help.';
    expect(runNode(bundles, [`${name}.mjs`, '--bogus'])).toEqual({
      status: 2,
      out: '',
      err: `Unknown argument "--bogus". ${advice}\n`,
    });
  });

  it.each(['missing', 'operations.mjs'])(
    'require a folder that exists in one line: operations %s',
    (path) => {
      expect(runNode(bundles, ['operations.mjs', path])).toEqual({
        status: 2,
        out: '',
        err: `The folder "${path}" must exist; create it, or omit it to use a temporary one.\n`,
      });
    },
  );
});
