/**
 * The options of the command line that decide which tokens are accepted.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from 'commander';
import { collect, parseSeconds, splitNames } from '../option-parsers.js';
import { type PresetChoice, PRESETS } from './preset-options.js';

/** Adds the options to a command. The verifier checks their values. */
export function addTrustOptions(command: Command): Command {
  // Shared by --preset and --set: an option belongs to the preset before it.
  const presets: OpenPreset[] = [];
  return command
    .option('--app <module>', 'use the options of an application, as in ./app.js or ./app.js#api')
    .option('--issuer <url>', 'the trusted issuer; can be repeated', collect)
    .option('--audience <value>', 'an audience that the API accepts; can be repeated', collect)
    .option(
      '--preset <name>',
      `the options of a provider (${PRESETS.join(', ')}); can be repeated`,
      (name: string) => addPreset(presets, name),
    )
    .option(
      '--set <option=value>',
      'an option of the preset before it, as in domain=tenant.eu.auth0.com; can be repeated',
      (text: string) => {
        addPresetOption(presets, text);
      },
    )
    .option(
      '--scope-claims <names>',
      'the claims that contain scopes, separated by commas',
      splitNames,
    )
    .option('--audience-claim <name>', 'the claim that names the audience: aud or client_id')
    .option('--algorithms <names>', 'the accepted algorithms, separated by commas', splitNames)
    .option('--typ <policy>', 'the "typ" values to accept: auto, at+jwt or jwt')
    .option('--clock-tolerance <seconds>', 'how far clocks may differ; default 5', parseSeconds)
    .option('--jwks-uri <url>', 'the URL of the key set; skips discovery')
    .option(
      '--decryption-key <file>',
      'a file with a private key that decrypts tokens, as a JWK or in PEM; can be repeated',
      collect,
    )
    .option('--dangerously-allow-http', 'accept http URLs of hosts other than this machine');
}

interface OpenPreset extends PresetChoice {
  readonly options: (readonly [name: string, value: string])[];
}

function addPreset(presets: OpenPreset[], name: string): readonly PresetChoice[] {
  presets.push({ name, options: [] });
  return presets;
}

function addPresetOption(presets: OpenPreset[], text: string): void {
  const preset = presets.at(-1);
  if (preset === undefined) throw new InvalidArgumentError('It must follow --preset.');
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('It must be a name and a value, as in tenantId=….');
  }
  preset.options.push([name, value]);
}
