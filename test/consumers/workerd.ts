/**
 * The runtime of Cloudflare Workers, if it is installed.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { defaultServerConditions } from 'vite';
import { endWithUs } from '../support/end-with-us.js';
import { root } from '../workspace/workspace.js';
import { programOf } from './runtimes.js';

/** A Worker that serves on a free port of 127.0.0.1. */
export interface RunningWorker {
  /** Its origin. */
  readonly origin: string;
  stop(): void;
}

/** Bundles `test/consumers/workers/worker.js` with the sources of the packages, and serves it. */
export async function startWorker(
  folder: string,
  bindings: Readonly<Record<string, string>>,
): Promise<RunningWorker> {
  const bundle = await rolldown({
    input: join(root, 'test/consumers/workers/worker.js'),
    platform: 'node',
    external: /^node:/,
    resolve: { conditionNames: ['@scopegate/source', ...defaultServerConditions] },
    logLevel: 'silent',
  });
  await bundle.write({ file: join(folder, 'worker.mjs'), codeSplitting: false });
  await bundle.close();
  await writeFile(join(folder, 'workerd.capnp'), formatConfiguration(bindings));
  return serve(folder);
}

/** The configuration of workerd: one Worker, which may send requests to loopback. */
function formatConfiguration(bindings: Readonly<Record<string, string>>): string {
  const texts = Object.entries(bindings).map(
    ([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-11-01",
  bindings = [${texts.join(', ')}],
);
`;
}

async function serve(folder: string): Promise<RunningWorker> {
  const child = spawn(programOf('workerd'), ['serve', 'workerd.capnp', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  endWithUs(child);
  let errors = '';
  child.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
  const port = await new Promise<string>((resolve, reject) => {
    // workerd reports each socket on the control descriptor.
    child.stdio[3]?.on('data', (text: Buffer) => {
      const [, found] = /"port":(\d+)/.exec(text.toString()) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`workerd ended with ${String(code)}:\n${errors}`));
    });
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () => {
      child.kill();
    },
  };
}
