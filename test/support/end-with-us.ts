/**
 * Processes that must not outlive the tests.
 *
 * @module
 */
import type { ChildProcess } from 'node:child_process';

const running = new Set<ChildProcess>();
let isListening = false;

/** Kills a process when this one ends, if it still runs. */
export function endWithUs(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
  if (isListening) return;
  isListening = true;
  process.once('exit', () => {
    for (const each of running) each.kill('SIGKILL');
  });
}
