/**
 * A live page about what the guards of a process decide.
 *
 * @module
 */
export type { InspectedRecorder, InspectedServer, InspectorOptions } from './options.js';
export type { InspectorMiddleware, MountOptions, ProtectingMiddleware } from './front/mounted.js';
export type { InspectorAddress, ListenOptions } from './front/own-server.js';
export { createInspector, type Inspector } from './inspector.js';
export { FAULT_CHANNEL, type FaultEvent } from '@scopegate/protocol/internal';
