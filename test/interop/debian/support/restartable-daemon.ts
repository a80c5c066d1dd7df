/**
 * A program that can be stopped, as in an outage, and started again on its port.
 *
 * @module
 */
import type { RunningServer } from '../../contract/server.js';
import { type Daemon, type DaemonOptions, startDaemon } from './daemon.js';
import type { TemporaryFolder } from './temporary-folder.js';

/** Starts a program whose files are in a folder, which is removed when the program is closed. */
export async function startRestartableDaemon(
  options: DaemonOptions,
  folder: TemporaryFolder,
): Promise<Pick<RunningServer, 'start' | 'stop' | 'close'>> {
  let daemon: Daemon | undefined;
  const stop = async (): Promise<void> => {
    await daemon?.stop();
    daemon = undefined;
  };
  const start = async (): Promise<void> => {
    daemon ??= await startDaemon(options);
  };
  try {
    await start();
  } catch (error) {
    await folder.remove();
    throw error;
  }
  return {
    start,
    stop,
    async close() {
      await stop();
      await folder.remove();
    },
  };
}
