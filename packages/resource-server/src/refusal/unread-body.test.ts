import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { closeAfterUnreadBody } from './unread-body.js';

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly version?: number;
  readonly state?: object;
}

/** The `Connection` field of a response to a request. */
function connectionOf({ headers, version = 1, state = {} }: Received): unknown {
  const req = Object.assign(new IncomingMessage(new Socket()), { headers, ...state });
  req.httpVersionMajor = version;
  const res = new ServerResponse(req);
  closeAfterUnreadBody(res);
  return res.getHeader('Connection');
}

describe('closeAfterUnreadBody', () => {
  it.each<Received>([
    { headers: { 'content-length': '1' } },
    { headers: { 'content-length': '5000' } },
    { headers: { 'transfer-encoding': 'chunked' } },
  ])('closes the connection before an unread body: $headers', (received) => {
    expect(connectionOf(received)).toBe('close');
  });

  it.each<[string, Received]>([
    ['a request without a body', { headers: {} }],
    ['an empty body', { headers: { 'content-length': '0' } }],
    ['a received body', { headers: { 'content-length': '1' }, state: { complete: true } }],
    ['HTTP/2', { headers: { 'content-length': '1' }, version: 2 }],
    ['an upgrade', { headers: { 'content-length': '1' }, state: { upgrade: true } }],
  ])('keeps the connection of %s', (_what, received) => {
    expect(connectionOf(received)).toBeUndefined();
  });

  it('accepts responses without a request, as tests construct them', () => {
    const res = new ServerResponse(new IncomingMessage(new Socket()));
    Object.defineProperty(res, 'req', { value: undefined });
    closeAfterUnreadBody(res);
    expect(res.hasHeader('Connection')).toBe(false);
  });

  it('leaves a response alone whose headers have been sent', () => {
    const headers = { 'content-length': '1' };
    const req = Object.assign(new IncomingMessage(new Socket()), { headers });
    req.httpVersionMajor = 1;
    const res = new ServerResponse(req);
    res.flushHeaders();
    closeAfterUnreadBody(res);
    expect(res.getHeader('Connection')).not.toBe('close');
  });
});

describe('closeAfterUnreadBody › end()', () => {
  it.each([
    ['discards a body that no one reads', (): void => undefined, true],
    ['leaves a body to the application that has paused it', pause, false],
  ])('%s', (_title, prepare, isFlowing) => {
    const headers = { 'content-length': '1' };
    const req = Object.assign(new IncomingMessage(new Socket()), { headers });
    req.httpVersionMajor = 1;
    prepare(req);
    const res = new ServerResponse(req);
    closeAfterUnreadBody(res);
    res.end('{}');
    expect(req.readableFlowing).toBe(isFlowing);
    req.destroy();
  });

  function pause(req: IncomingMessage): void {
    req.pause();
  }
});
