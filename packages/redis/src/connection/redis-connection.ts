/**
 * The clients of Redis and Valkey that the stores accept, by their shape.
 *
 * @module
 */

/** Which server of a cluster a command is for. */
export interface CommandRoute {
  /** A key of the command; all its keys have one hash slot. */
  readonly key: string;
  /** Whether the command changes nothing. Replicas must not execute it even then: they may lag. */
  readonly readOnly: boolean;
}

/** Any client, by a function. */
export interface CustomConnection {
  /**
   * Sends one command, and resolves with its reply: a string, an integer, `null`, or an array of replies. A
   * reply that is an error rejects, with the text of the error as message.
   */
  send(args: readonly string[], route: CommandRoute): Promise<unknown>;
  /**
   * Whether commands can be sent now. While it returns false, no command is passed to `send`.
   *
   * @defaultValue always
   */
  isReady?(): boolean;
}

/** `Redis` and `Cluster` of ioredis and iovalkey. */
export interface IoredisConnection {
  /** Sends one command. */
  call(command: string, ...args: string[]): Promise<unknown>;
  /** The state of the connection. */
  readonly status: string;
}

/** `GlideClient` and `GlideClusterClient` of @valkey/valkey-glide. */
export interface GlideConnection {
  /** Sends one command. */
  customCommand(args: string[]): Promise<unknown>;
}

/** The result of `createCluster()` of redis. */
export interface NodeRedisCluster {
  /** Sends one command. */
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
  ): Promise<unknown>;
  /** Present on clusters only. */
  readonly slots: unknown;
}

/** The result of `createSentinel()` of redis. */
export interface NodeRedisSentinel {
  /** Sends one command. */
  sendCommand(isReadonly: boolean | undefined, args: string[]): Promise<unknown>;
  /** Present on sentinels only. */
  getMasterNode(): unknown;
}

/** The result of `createClient()` and `createClientPool()` of redis. */
export interface NodeRedisClient {
  /** Sends one command. */
  sendCommand(args: string[]): Promise<unknown>;
  /** Whether the client was opened. */
  readonly isOpen: boolean;
}

/** A client of Redis or Valkey. The application connects and closes it. */
export type RedisConnection =
  | CustomConnection
  | IoredisConnection
  | GlideConnection
  | NodeRedisCluster
  | NodeRedisSentinel
  | NodeRedisClient;
