/**
 * Runs the scenes and prints the report on the terminal.
 *
 * @module
 */
const USAGE = `Usage: npm start -w @scopegate-examples/mcp-server

Runs 13 scenes with an MCP server, and prints every request that arrives at it
and at its authorization server.

  --help  prints this text

Exit codes: 0 if every scene passed, 1 if one failed, 2 for an unknown argument.`;

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--help');
if (unknown !== undefined) {
  console.error(`Unknown argument "${unknown}". The only option is --help.`);
  process.exitCode = 2;
} else if (args.length > 0) {
  console.log(USAGE);
} else {
  // On Node 20, oidc-provider prints a warning when it is imported.
  const { main } = await import('./main.js');
  process.exitCode = await main(process.stdout);
}

export {};
