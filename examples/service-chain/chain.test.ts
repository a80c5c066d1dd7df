import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chain, startChain } from './chain.js';

describe('startChain', () => {
  let chain: Chain;

  beforeAll(async () => {
    chain = await startChain();
  });

  afterAll(() => chain.close());

  it('calls the inventory API as the client orders-api, not as the shop', async () => {
    const response = await chain.shop.fetch(`${chain.orders}/orders/7`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      order: '7',
      stock: { article: 'article-7', inStock: 12, askedBy: 'orders-api' },
    });
  });

  it("gets 401 from the inventory API when it forwards its caller's token", async () => {
    const response = await chain.shop.fetch(`${chain.orders}/orders/7/forwarded`);
    expect(await response.json()).toEqual({
      inventoryStatus: 401,
      problem: {
        type: 'about:blank',
        title: 'Unauthorized',
        status: 401,
        detail: 'the access token is meant for another resource',
        error: 'invalid_token',
        scope: 'read:stock',
      },
    });
  });
});
