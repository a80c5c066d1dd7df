import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDecision } from '@scopegate/telemetry/logs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CommandOutcome, runInMemory } from '../../support/memory-terminal.js';
import {
  DAY_0,
  DAY_MS,
  type DatedDecision,
  decisionOf,
  holding,
  policyOf,
  recordAll,
} from '../../support/recorded-decisions.js';

const held = holding('read', 'write');

/** Requests on each of 60 days. */
const daily = (members: DatedDecision): DatedDecision[] =>
  Array.from({ length: 61 }, (_, day) => ({ times: 3, ...members, day }));

/** Lines as pino writes them. */
function logOf(decisions: readonly DatedDecision[]): string {
  return decisions
    .map(({ day = 0, ...members }) => {
      const line = { level: 30, pid: 7, time: DAY_0 + day * DAY_MS, msg: 'decided' };
      return `${JSON.stringify({ ...line, ...formatDecision(decisionOf(members)) })}\n`;
    })
    .join('');
}

async function openDirectory(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'scopegate-usage-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

interface Run {
  readonly files?: Readonly<Record<string, string>>;
  readonly input?: string;
}

async function run(
  words: readonly string[],
  { files = {}, input = '' }: Run = {},
): Promise<CommandOutcome> {
  return await runInMemory(words, { directory: await openDirectory(files), input });
}

const snapshot = JSON.stringify(recordAll(daily({ held })));

describe('scopegate privileges', () => {
  it('reports from snapshots and decision logs, of files and standard input', async () => {
    const { code, stdout, stderr } = await run(['privileges', 'a.json', 'app.log', '-'], {
      files: { 'a.json': `${snapshot}\n`, 'app.log': logOf(daily({ clientId: 'shop', times: 1 })) },
      input: `listening\n${JSON.stringify(recordAll(daily({ clientId: 'jobs' }), { boot: 'b' }))}`,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /60 days\), 3 processes, 0 restarts\n3 clients: 1 to cut, 1 to watch, 1 fits/,
    );
    expect(stdout).toMatch(/ jobs .* fits /);
    expect(stdout).toMatch(/ reports .* cut write /);
    expect(stdout).toMatch(/ shop .* watch .* 61 requests of it passed, and 100 are needed/);
    expect(stderr).toBe(
      [
        'a.json: 1 snapshot, 0 decisions',
        'app.log: 0 snapshots, 61 decisions',
        'standard input: 1 snapshot, 0 decisions; skipped 1 other line',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['table', /^This report covers one API/],
    ['markdown', /\n\| SERVER \| ISSUER \|/],
    ['csv', /^server,issuer,client,scope/],
    ['json', /^\{\n {2}"from": "2026-10-01/],
  ])('writes the format %s', async (format, text) => {
    const words = ['privileges', '--format', format, '-'];
    expect((await run(words, { input: snapshot })).stdout).toMatch(text);
  });

  it.each<[string, string[], DatedDecision[], number]>([
    ['something to cut', [], daily({ held }), 1],
    ['nothing to cut', [], daily({}), 0],
    ['too few days', ['--min-days', '61'], daily({ held }), 2],
    ['too few requests', ['--min-requests', '1000'], daily({ held }), 2],
    [
      'too few requests of a client that needs all its scopes',
      ['--min-requests', '1000'],
      daily({}),
      0,
    ],
    ['clients that are not identified', [], daily({ held: undefined, clientId: undefined }), 2],
    ['no client', [], daily({ outcome: 'anonymous', issuer: undefined }), 2],
  ])('exits with --check by what is to be done: %s', async (_what, words, decisions, code) => {
    const input = JSON.stringify(recordAll(decisions));
    const outcome = await run(['privileges', '--check', ...words, '-'], { input });
    expect(outcome.code).toBe(code);
    expect((await run(['privileges', ...words, '-'], { input })).code).toBe(0);
  });

  it('advises no cut by a log that leaves out what was allowed', async () => {
    const trial = { outcome: 'refused', reason: 'excess_scope' } as const;
    const input = logOf(daily({ held, trial }).flatMap((each) => [each, each, each]));
    const { code, stdout } = await run(['privileges', '--check', '-'], { input });
    expect(code).toBe(2);
    expect(stdout).toContain('a log leaves out what was allowed');
  });

  it('counts a file that is named twice once', async () => {
    const files = { 'app.log': logOf(daily({ times: 1 })) };
    const { stdout } = await run(['privileges', 'app.log', 'app.log'], { files });
    expect(stdout).toMatch(/1 process, .*[^]* reports +61 /);
  });

  it.each([
    [['none.json'], 'error: none.json cannot be read (ENOENT)'],
    [
      ['-'],
      'error: the input has no snapshot of a recorder and no decision with a time; pass JSON with one value on each line',
    ],
    [['-', '--min-days', 'x'], 'It must be a number of days from 0 to 3650.'],
    [['-', '--min-requests', '-1'], 'It must be an integer of at least 0.'],
    [['-', '--format', 'xml'], 'Allowed choices are table, json, markdown, csv.'],
    [[], "error: missing required argument 'file'"],
  ])('cannot run: %j', async (words, message) => {
    const { code, stdout, stderr } = await run(['privileges', ...words], { input: '{}\n' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('writes no control character of a name to the terminal', async () => {
    const clientId = '\u001b]0;owned\u0007\u202e';
    const input = JSON.stringify(recordAll([{ clientId }]));
    for (const format of ['table', 'markdown', 'csv', 'json']) {
      const { stdout } = await run(['privileges', '--format', format, '-'], { input });
      expect(stdout).not.toMatch(/[^\P{C}\r\n]/u);
    }
  });
});

describe('scopegate trials', () => {
  const policy = policyOf({ scope: 'read', trial: { atMost: ['read'] } });
  const allowed = { outcome: 'allowed', reason: undefined } as const;
  const refused = { outcome: 'refused', reason: 'excess_scope' } as const;

  it('reports what a trial would have refused', async () => {
    const input = logOf([
      { policy, trial: allowed },
      { policy, trial: refused, held, day: 9 },
    ]);
    const { code, stdout } = await run(['trials', '-'], { input });
    expect(code).toBe(0);
    expect(stdout).toMatch(/GET \/sales +read, at most read +1 +1 +0 +refuses/);
    expect(stdout).toMatch(/\nreports +https:\/\/auth\.example\.com .* excess_scope \(1\)\n/);
  });

  it.each<[string, DatedDecision[], number]>([
    ['ready', [{ policy, trial: allowed }], 0],
    [
      'would refuse',
      [
        { policy, trial: allowed },
        { policy, trial: refused },
      ],
      1,
    ],
    ['not observed long enough', [{ policy, trial: allowed, day: 58 }], 2],
    ['nothing on trial', [{}], 2],
  ])('exits with --check by the verdict: %s', async (_what, decisions, code) => {
    const input = JSON.stringify(recordAll(decisions));
    expect((await run(['trials', '--check', '-'], { input })).code).toBe(code);
    expect((await run(['trials', '-', '--format', 'json'], { input })).code).toBe(0);
  });
});
