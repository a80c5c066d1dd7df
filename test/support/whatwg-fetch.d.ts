/**
 * The types of `@whatwg-node/fetch`, on which graphql-yoga depends. Its own types reference the library
 * `dom`, which would then be in effect for every file that the compiler checks.
 *
 * @module
 */
type FetchApi = Pick<
  typeof globalThis,
  | 'Blob'
  | 'CompressionStream'
  | 'crypto'
  | 'DecompressionStream'
  | 'fetch'
  | 'File'
  | 'FormData'
  | 'Headers'
  | 'ReadableStream'
  | 'Request'
  | 'Response'
  | 'TextDecoder'
  | 'TextDecoderStream'
  | 'TextEncoder'
  | 'TextEncoderStream'
  | 'TransformStream'
  | 'URL'
  | 'URLSearchParams'
  | 'WritableStream'
>;

export declare const Response: FetchApi['Response'];
export declare function createFetch(): FetchApi;
