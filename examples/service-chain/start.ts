/**
 * Starts the chain and calls both routes: the correct one, and the one that passes the token on.
 *
 * @module
 */
import { startChain } from './chain.js';

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
