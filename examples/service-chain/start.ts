/**
 * Starts the chain and calls both routes: the correct one, and the one that passes the token on.
 *
 * @module
 */
import { startChain } from './chain.js';

const USAGE = `Usage: npm start -w @scopegate-examples/service-chain

Calls an API that calls another API: with its own token, then with the token of
its caller, which the other API refuses.

  --help  prints this text

Exit codes: 0, or 2 for an unknown argument.`;

async function run(): Promise<void> {
  const chain = await startChain();
  try {
    for (const path of ['/orders/7', '/orders/7/forwarded']) {
      const response = await chain.shop.fetch(`${chain.orders}${path}`);
      console.log(`GET ${path}  ${response.status}`);
      console.log(JSON.stringify(await response.json(), undefined, 2));
    }
  } finally {
    await chain.close();
  }
}

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--help');
if (unknown !== undefined) {
  console.error(`Unknown argument "${unknown}". The only option is --help.`);
  process.exitCode = 2;
} else if (args.length > 0) {
  console.log(USAGE);
} else {
  await run();
}
