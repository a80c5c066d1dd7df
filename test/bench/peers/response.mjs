/**
 * Responses and requests as Express passes them to middleware, without a socket.
 */
import { LikeRequest } from './request.mjs';

/** A request that refers to its response, as those of Express do. */
export function likeExpress(authorization, response) {
  const request = new LikeRequest(authorization);
  request.res = response;
  return request;
}

/** The part of a response that guards use. */
export class LikeResponse {
  statusCode = 200;
  headersSent = false;
  writableEnded = false;
  #headers = new Map();
  #ended;

  constructor(ended) {
    this.#ended = ended;
  }

  getHeader(name) {
    return this.#headers.get(name.toLowerCase());
  }

  getHeaders() {
    return Object.fromEntries(this.#headers);
  }

  setHeader(name, value) {
    this.#headers.set(name.toLowerCase(), value);
    return this;
  }

  hasHeader(name) {
    return this.#headers.has(name.toLowerCase());
  }

  removeHeader(name) {
    this.#headers.delete(name.toLowerCase());
  }

  on() {
    return this;
  }

  once() {
    return this;
  }

  end() {
    this.headersSent = true;
    this.writableEnded = true;
    this.#ended?.();
  }
}
