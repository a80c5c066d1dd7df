/**
 * Starts the story, and prints what to open and what to try: `npm start -w @scopegate-examples/operations`.
 *
 * @module
 */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStory } from './story.js';

const USAGE = `Usage: npm start -w @scopegate-examples/operations [-- <folder>]

Starts an authorization server, the API and three clients that call it every
second, until Ctrl+C, and prints the address of the inspector.

  <folder>  for the log, the audit log and the usage of privileges; it must
            exist. Default: a new temporary folder
  --help    prints this text

OTEL_EXPORTER_PROMETHEUS_PORT sets the port of the metrics. Default: 9464

Exit codes: 0 after Ctrl+C, 2 for an unknown argument.`;

/** Runs the story until Ctrl+C. */
async function run(folder: string): Promise<void> {
  const story = await startStory({ folder, everyMs: 1_000 });
  // The port that OpenTelemetry's exporter reads, too.
  const port = process.env['OTEL_EXPORTER_PROMETHEUS_PORT'] ?? '9464';
  const environment = { ...story.environment, METRICS: `http://127.0.0.1:${port}/metrics` };
  const lines = Object.entries(environment).map(([name, value]) => `  export ${name}='${value}'`);

  console.log(`
The service is running, and its clients call it every second. Open the inspector on this machine:

  ${story.service.inspectorUrl}

For the commands of the README, in another shell:

${lines.join('\n')}

Press Ctrl+C to stop.`);

  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await story.close();
}

function findMistake([folder, ...others]: readonly string[]): string | undefined {
  const unknown = others[0] ?? (folder?.startsWith('-') === true ? folder : undefined);
  if (unknown !== undefined) return `Unknown argument "${unknown}". Use --help, or one folder.`;
  if (folder === undefined) return undefined;
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder) return undefined;
  return `The folder "${folder}" must exist; create it, or omit it to use a temporary one.`;
}

const args = process.argv.slice(2);
const mistake = args.includes('--help') ? undefined : findMistake(args);
if (mistake !== undefined) {
  console.error(mistake);
  // OpenTelemetry's exporter is listening, so the process would not end by itself.
  process.exit(2);
} else if (args.includes('--help')) {
  console.log(USAGE);
  process.exit(0);
} else {
  await run(args[0] ?? (await mkdtemp(join(tmpdir(), 'scopegate-operations-'))));
}
