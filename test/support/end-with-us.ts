/**
 * Processes and folders that must not outlive the tests.
 *
 * @module
 */
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const processes = new Set<ChildProcess>();
const folders = new Set<string>();
let isListening = false;

/** Kills a process when this one ends, if it still runs. */
export function endWithUs(child: ChildProcess): void {
  processes.add(child);
  child.once('exit', () => processes.delete(child));
  listen();
}

/** Removes a folder when this process ends, if it still exists. */
export function removeWithUs(folder: string): void {
  folders.add(folder);
  listen();
}

function listen(): void {
  if (isListening) return;
  isListening = true;
  process.once('exit', cleanUp);
  // Vitest ends its workers by this signal, also after the last test; and a worker outlives Vitest itself.
  for (const end of ['SIGTERM', 'disconnect']) {
    process.once(end, () => {
      cleanUp();
      process.kill(process.pid, 'SIGTERM');
    });
  }
}

function cleanUp(): void {
  for (const child of processes) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
