/**
 * Runs the scenes with separate processes, and prints the report on the terminal.
 *
 * @module
 */
import { main } from './main.js';

const USAGE = `Usage: npm start -w @scopegate-examples/fleet

Runs 12 scenes with three API processes and four report services on one Redis or
Valkey, which it starts on a free port. They take about 15 seconds.

  --help  prints this text

SCOPEGATE_REDIS_SERVER sets the path of redis-server or valkey-server.

Exit codes: 0 if every scene passed or no server was found, 1 if a scene failed,
2 for an unknown argument.`;

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--help');
if (unknown !== undefined) {
  console.error(`Unknown argument "${unknown}". The only option is --help.`);
  process.exitCode = 2;
} else if (args.length > 0) {
  console.log(USAGE);
} else {
  process.exitCode = await main(process.stdout);
}
