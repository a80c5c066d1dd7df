/**
 * Which core a process runs on, so that load and server do not disturb each other.
 */
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** The cores that the whole run may use; at least one. Pinned processes read them from `BENCH_CORES`. */
export const cores = process.env.BENCH_CORES?.split(',').map(Number) ?? readCores();

/** The core of servers and of everything that is measured in process. */
export const SERVER_CORE = cores[0];
/** The core of the load; `undefined` when there is only one core. */
export const LOAD_CORE = cores[1];
/** Whether processes can be pinned to their cores. */
export const isPinned = cores.length > 1 && spawnSync('taskset', ['--version']).status === 0;

/**
 * Returns a command line that runs Node on one core, if processes can be pinned.
 *
 * @param {number} core
 * @param {readonly string[]} args
 * @returns {[string, string[]]} The program and its arguments, for `spawn`.
 */
export function nodeOn(core, args) {
  if (!isPinned) return [process.execPath, [...args]];
  return ['taskset', ['--cpu-list', String(core), process.execPath, ...args]];
}

/** Linux lists the allowed cores, such as `0-1,4`; other systems have no `taskset` either. */
function readCores() {
  if (process.platform !== 'linux') return [0];
  const status = readFileSync('/proc/self/status', 'utf8');
  const [, list = '0'] = /^Cpus_allowed_list:\s*(\S+)/m.exec(status) ?? [];
  return list.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
