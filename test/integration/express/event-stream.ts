/**
 * The server-sent events of the README of `@scopegate/express`.
 *
 * @module
 */
// #region event-stream
import { addAbortListener, type EventEmitter } from 'node:events';
import type { ResourceServer } from '@scopegate/express';
import type { Express } from 'express';

export function streamSales(app: Express, api: ResourceServer, sales: EventEmitter): void {
  app.get('/v1/sales/events', api.requireScope('read:analytics'), (req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    const send = (sale: unknown): void => {
      res.write(`data: ${JSON.stringify(sale)}\n\n`);
    };
    sales.on('sale', send);
    res.on('close', () => sales.off('sale', send));
    addAbortListener(api.whileAcceptable(req), () => res.end()); // the token has expired
  });
}
// #endregion event-stream
