/**
 * The servers of Redis and Valkey on this machine.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { describe, expect, it, type TestOptions } from 'vitest';
import './not-run/format-not-run.js';
import { REDIS_SERVER } from './redis-programs.js';

/** A server that is installed. */
export interface RedisEngine {
  /** Such as `Valkey 8.0.1`. */
  readonly name: string;
  readonly product: 'Redis' | 'Valkey';
  /** The path of the program. */
  readonly program: string;
}

/** In which versions `SET` accepts `NX` and `GET` together. */
const OLDEST = { Redis: 7.0, Valkey: 7.2 } as const;

/** Where Homebrew installs programs, which is not always on the `PATH`. */
const HOMEBREW = ['/opt/homebrew/bin', '/usr/local/bin', '/home/linuxbrew/.linuxbrew/bin'];

/**
 * The engines: those that `SCOPEGATE_REDIS_SERVER` names by their paths, separated by commas, or none for
 * `none`; otherwise those of the `PATH` and of Homebrew, one for each product.
 */
export const REDIS_ENGINES: readonly RedisEngine[] = findEngines(
  process.env['SCOPEGATE_REDIS_SERVER'],
);

/** Whether a run without an engine fails: in CI, unless `SCOPEGATE_REDIS_SERVER` is `none`. */
const isRequired =
  process.env['SCOPEGATE_REQUIRE_REDIS'] === '1' ||
  (Boolean(process.env['CI']) && process.env['SCOPEGATE_REDIS_SERVER'] !== 'none');

/**
 * Describes tests that need a real server, once for each engine. Without an engine they are skipped and
 * counted at the end of the run; where one is required, the suite fails.
 *
 * @param body - Must start no server itself, only in tests and hooks.
 */
export function describeWithRedis(name: string, body: (engine: RedisEngine) => void): void {
  describe(name, () => {
    for (const engine of REDIS_ENGINES) {
      describe(`on ${engine.name}`, () => {
        body(engine);
      });
    }
    if (REDIS_ENGINES.length > 0) return;
    if (isRequired) {
      it('has a server', () => {
        expect.fail(`${REDIS_SERVER} is required; install one, or set SCOPEGATE_REDIS_SERVER`);
      });
    }
    const skipped: TestOptions = { skip: true, meta: { missing: [REDIS_SERVER] } };
    describe('without a server', skipped, () => {
      body({ name: 'none', product: 'Redis', program: 'none' });
    });
  });
}

function findEngines(given: string | undefined): readonly RedisEngine[] {
  if (given === 'none') return [];
  if (given !== undefined && given !== '') return given.split(',').map(requireEngine);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...HOMEBREW];
  const installed = ['valkey-server', 'redis-server'].flatMap((program) => {
    const engines = folders.map((folder) => findEngine(join(folder, program)));
    return engines.find((engine) => engine !== undefined) ?? [];
  });
  // A redis-server may be a link to a valkey-server.
  return installed.filter(
    ({ name }, index) => installed.findIndex((each) => each.name === name) === index,
  );
}

/** @throws Error The program is not a server that can be used. */
function requireEngine(program: string): RedisEngine {
  const engine = findEngine(program.trim());
  if (engine !== undefined) return engine;
  throw new Error(
    `SCOPEGATE_REDIS_SERVER must list paths of Redis 7.0 or Valkey 7.2, or later; ${program} is not one`,
  );
}

function findEngine(path: string): RedisEngine | undefined {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', stdio: 'pipe' });
  const [, product, version = ''] = /^(Redis|Valkey) server v=([\d.]+)/.exec(stdout) ?? [];
  if (product !== 'Redis' && product !== 'Valkey') return undefined;
  if (Number.parseFloat(version) < OLDEST[product]) return undefined;
  return { name: `${product} ${version}`, product, program: path };
}
