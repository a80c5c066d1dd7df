/**
 * Starts the story, and prints what to open and what to try: `npm start -w @scopegate-examples/operations`.
 *
 * @module
 */
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStory } from './story.js';

const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'scopegate-operations-')));
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
