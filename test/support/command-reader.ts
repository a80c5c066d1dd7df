/**
 * The commands in what a client sends to Redis.
 *
 * @module
 */

/**
 * Creates a reader of one connection: it gets the bytes in their order, and returns the commands that are
 * complete. Clients send arrays of bulk strings only.
 *
 * @returns Each command with its arguments; its name is in capitals.
 */
export function createCommandReader(): (bytes: Buffer) => readonly (readonly string[])[] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const commands: string[][] = [];
    for (let command = readCommand(rest); command; command = readCommand(rest)) {
      const [name = '', ...args] = command.parts;
      commands.push([name.toUpperCase(), ...args]);
      rest = rest.subarray(command.end);
    }
    return commands;
  };
}

interface ReadCommand {
  readonly parts: readonly string[];
  readonly end: number;
}

/** @returns `undefined` while the command is incomplete. */
function readCommand(bytes: Buffer): ReadCommand | undefined {
  const head = readLine(bytes, 0);
  if (head === undefined) return undefined;
  if (!head.text.startsWith('*')) throw new Error(`not an array of bulk strings: ${head.text}`);
  const parts: string[] = [];
  let at = head.end;
  for (let left = Number(head.text.slice(1)); left > 0; left -= 1) {
    const length = readLine(bytes, at);
    if (length === undefined) return undefined;
    const end = length.end + Number(length.text.slice(1));
    if (bytes.length < end + 2) return undefined;
    parts.push(bytes.toString('utf8', length.end, end));
    at = end + 2;
  }
  return { parts, end: at };
}

function readLine(bytes: Buffer, from: number): { text: string; end: number } | undefined {
  const end = bytes.indexOf('\r\n', from);
  return end === -1 ? undefined : { text: bytes.toString('utf8', from, end), end: end + 2 };
}
