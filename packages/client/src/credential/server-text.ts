/**
 * Which words of a server may be shown: none that repeat a credential, however it is written.
 *
 * A server that quotes the request in its error would put a secret into the logs of the client. It is
 * looked for without escapes, case and punctuation, in hexadecimal and in base64, whole or in part:
 * six letters or digits in a row are enough to withhold the text.
 *
 * @module
 */

/** For a description: more than anyone reads. */
const MAX_DESCRIPTION_LENGTH = 500;

/** RFC 6749 §5.2, without quote and backslash; the length is ours. */
const ERROR_CODE = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,100}$/;

// They say nothing of the request, whatever words a secret is made of; what a program does next
// hangs on them. RFC 6749 §4.1.2.1, §5.2; RFC 8707 §2; RFC 9449 §5, §8; RFC 9396 §5.
const REGISTERED_CODES: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'slow_down',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'invalid_authorization_details',
]);

/**
 * Reads an error code.
 *
 * @param secrets - What the request was authenticated with; anything but a string is ignored.
 * @returns `undefined` when it is not an error code, or repeats a secret.
 * @see RFC 6749 §5.2
 */
export function readErrorCode(code: unknown, secrets: readonly unknown[]): string | undefined {
  if (typeof code !== 'string' || !ERROR_CODE.test(code)) return undefined;
  return REGISTERED_CODES.has(code) || !repeatsSecret(code, secrets) ? code : undefined;
}

/**
 * Reads a description: 500 characters of ASCII, `?` for any other.
 *
 * @param secrets - What the request was authenticated with; anything but a string is ignored.
 * @returns `undefined` when it is not a string, or repeats a secret.
 * @see RFC 6749 §5.2
 */
export function readDescription(text: unknown, secrets: readonly unknown[]): string | undefined {
  if (typeof text !== 'string') return undefined;
  const shown = text.slice(0, MAX_DESCRIPTION_LENGTH);
  return repeatsSecret(shown, secrets) ? undefined : shown.replace(/[^\x20-\x7e]/g, '?');
}

/** One way to write a secret, and how much of it gives six of its characters away. */
interface Spelling {
  readonly text: string;
  readonly run: number;
}

/** In a row. A shorter secret has to be there as a whole. */
const TELLING_RUN = 6;
/** The letters and digits of a secret that is punctuation for the rest are found everywhere. */
const MIN_LETTERS = 4;
/** Of escapes within escapes: a JSON text in an HTML page in a URL, and one more. */
const MAX_ESCAPES = 4;

function repeatsSecret(text: string, secrets: readonly unknown[]): boolean {
  const readings = unescapings(text);
  return secrets
    .filter((secret) => typeof secret === 'string')
    .flatMap(spell)
    .some((spelling) => readings.some((reading) => shares(reading, spelling)));
}

function spell(secret: string): Spelling[] {
  const octets = Buffer.from(secret);
  // The first octet may be any of the three that base64 writes as four characters; what shares its
  // four characters with octets before or after the secret is left out.
  const base64 = [0, 1, 2].map((start) => {
    const end = start + 3 * Math.floor((octets.length - start) / 3);
    return octets.subarray(start, Math.max(start, end)).toString('base64');
  });
  return [
    ...unescapings(secret).map((text) => ({ text, run: TELLING_RUN })),
    ...base64.map((text) => ({ text, run: (TELLING_RUN * 4) / 3 })),
    { text: octets.toString('hex'), run: TELLING_RUN * 2 },
  ];
}

function shares(reading: string, { text, run }: Spelling): boolean {
  return (
    hasRunOf(withoutSpaces(reading), withoutSpaces(text), run) ||
    (letters(text).length >= MIN_LETTERS && hasRunOf(letters(reading), letters(text), run))
  );
}

function hasRunOf(text: string, secret: string, run: number): boolean {
  if (secret.length <= run) return secret !== '' && text.includes(secret);
  for (let start = 0; start + run <= secret.length; start += 1) {
    if (text.includes(secret.slice(start, start + run))) return true;
  }
  return false;
}

function withoutSpaces(text: string): string {
  return text.toLowerCase().replace(/\s/g, '');
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** A text as it is, and as it is below one layer of escapes after the other. */
function unescapings(text: string): string[] {
  const readings = [text];
  for (let current = text; readings.length <= MAX_ESCAPES; readings.push(current)) {
    const next = unescape(current);
    if (next === current) break;
    current = next;
  }
  return readings;
}

// `&#x41;`, `\u{41}`, `\u0041`, `\x41`, `%41`, quoted-printable `=41`; then `&#65;`.
const HEX_ESCAPE =
  /(?:&#x([\da-f]{1,6});?|\\u\{([\da-f]{1,6})\}|\\u([\da-f]{4})|(?:\\x|%|=)([\da-f]{2}))/gi;
const DECIMAL_ESCAPE = /&#(\d{1,7});?/g;
// Others stand for punctuation, or for what is not ASCII.
const NAMED_ENTITY = /&([a-z]{2,8});/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function unescape(text: string): string {
  return text
    .replace(NAMED_ENTITY, (_all, name: string) => ENTITIES[name.toLowerCase()] ?? '')
    .replace(HEX_ESCAPE, (_all, ...digits: (string | undefined)[]) =>
      characterOf(parseInt(digits.slice(0, 4).find((found) => found !== undefined) ?? '', 16)),
    )
    .replace(DECIMAL_ESCAPE, (_all, digits: string) => characterOf(Number(digits)))
    .replaceAll('\\', '');
}

function characterOf(codePoint: number): string {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '';
}
