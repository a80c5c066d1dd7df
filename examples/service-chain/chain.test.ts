import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chain, startChain } from './chain.js';

describe('an API that calls an API', () => {
  let chain: Chain;

  beforeAll(async () => {
    chain = await startChain();
  });

  afterAll(() => chain.close());

  it('calls with a token of its own: the inventory sees the orders API, not the shop', async () => {
    const response = await chain.shop.fetch(`${chain.orders}/orders/7`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      order: '7',
      stock: { article: 'article-7', inStock: 12, askedBy: 'orders-api' },
    });
  });

  it("is refused when it passes on its caller's token, which is for another audience", async () => {
    const response = await chain.shop.fetch(`${chain.orders}/orders/7/forwarded`);
    expect(await response.json()).toEqual({
      inventorySaid: 401,
      problem: {
        type: 'about:blank',
        title: 'Unauthorized',
        status: 401,
        detail: 'the access token is meant for another resource',
        error: 'invalid_token',
      },
    });
  });
});
