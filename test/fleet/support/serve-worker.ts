/**
 * The side of a worker process.
 *
 * @module
 */

/** What a worker can do: the methods that the test calls. Arguments and results are cloned. */
export type WorkerMethods = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The program of a worker: it prepares, and returns its methods. */
export type WorkerProgram = (setup: never) => Promise<WorkerMethods>;

/** From the test: first the setup, then calls. */
export type WorkerRequest =
  | { readonly setup: unknown }
  | { readonly id: number; readonly method: string; readonly args: readonly unknown[] };

/** From the worker: the id is 0 when it is ready. */
export type WorkerResponse =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

/** How long a process may run after the test has disconnected. */
const ORPHAN_MS = 60_000;

/**
 * Runs a worker: prepares it with the setup of the test, and then answers calls, several at a time. The process
 * ends when the test disconnects and nothing else keeps it alive.
 */
export function serveWorker(start: WorkerProgram): void {
  // Cloned from what the test passed, which its compiler has checked.
  const program = start as (setup: unknown) => Promise<WorkerMethods>;
  let methods: Promise<WorkerMethods> | undefined;
  // If the test was killed, nothing else ends a process that has connections.
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), ORPHAN_MS).unref();
  });
  process.on('message', (request: WorkerRequest) => {
    if ('setup' in request) {
      methods = program(request.setup);
      void respond(0, () => methods);
      return;
    }
    const { id, method, args } = request;
    void respond(id, async () => {
      const run = (await methods)?.[method] as ((...given: unknown[]) => unknown) | undefined;
      if (run === undefined) throw new Error(`the worker has no method ${method}`);
      return await run(...args);
    });
  });
}

async function respond(id: number, run: () => unknown): Promise<void> {
  try {
    const value = await run();
    send({ id, value: id === 0 ? undefined : value });
  } catch (error) {
    send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function send(response: WorkerResponse): void {
  // The test may have disconnected by now.
  if (process.connected) process.send?.(response);
}
