import { z } from 'zod';
import { HoldfastError } from '../contract/errors';
import { fileOf, withSecretFiles } from './secret-files';
import { isServiceLink } from './service-links';
import type { Process, Setting } from './setting';
import { loadTemporal, type TemporalConfig } from './temporal';
import { namesReadBy, type ReadBy, SECRETS, SETTINGS, secretsReadBy } from './variables';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables that are set. Compose files and shells pass an unset variable as an empty one, and
 * Kubernetes the addresses of Services by names that may be a setting's.
 */
export type Given = Record<string, string>;

/**
 * The unknown names that a process refuses, and its name in the message. Several processes share
 * one environment, so each refuses only the names of its own.
 */
const REFUSES: Record<Exclude<Process, 'cli'>, { names: RegExp; called: string }> = {
  worker: { names: /^HOLDFAST_(?!(WEB|JWT|JWKS|CODEC_SERVER)_)/, called: 'worker' },
  // A misspelt HOLDFAST_CODEC_KEYS would leave payloads in clear.
  web: { names: /^HOLDFAST_(WEB|JWT|JWKS|CODEC(?!_SERVER))_/, called: 'web process' },
  'codec-server': { names: /^HOLDFAST_CODEC_/, called: 'codec server' },
};

/**
 * Reads the settings of a service and of Temporal. `more` finds problems of variables that belong
 * together.
 *
 * @throws HoldfastError INVALID_ARGUMENT naming every variable that is missing, malformed or unknown;
 *   never a value, which may be a secret
 */
export function readSettings<By extends Exclude<Process, 'cli'>>(
  process: By,
  environment: Environment,
  more: (given: Given) => string[],
): { settings: ReadBy<By>; temporal: TemporalConfig } {
  const { given, fromFile, fileProblems } = givenTo(process, environment);
  if (fileProblems.length > 0) throw unusable(fileProblems);
  const parsed = schemaOf(process).safeParse(given);
  const temporal = loadTemporal(given);
  const problems = [
    ...problemsOf(parsed.error, given, fromFile),
    ...unknownTo(process, given),
    ...more(given),
    ...(typeof temporal === 'string' ? [temporal] : []),
  ];
  if (!parsed.success || typeof temporal === 'string' || problems.length > 0)
    throw unusable(problems);
  return { settings: parsed.data as ReadBy<By>, temporal };
}

/**
 * Reads the settings of the command line. Every one of them is optional: a command that needs one
 * says so.
 *
 * @throws HoldfastError INVALID_ARGUMENT naming every malformed variable
 */
export function readCliSettings(environment: Environment): {
  settings: Partial<ReadBy<'cli'>>;
  given: Given;
  temporal: TemporalConfig;
} {
  const { given, fromFile, fileProblems } = givenTo('cli', environment);
  if (fileProblems.length > 0) throw new HoldfastError('INVALID_ARGUMENT', fileProblems.join('; '));
  const parsed = schemaOf('cli').partial().safeParse(given);
  const temporal = loadTemporal(given);
  const problems = [
    ...problemsOf(parsed.error, given, fromFile),
    ...(typeof temporal === 'string' ? [temporal] : []),
  ];
  if (!parsed.success || typeof temporal === 'string')
    throw new HoldfastError('INVALID_ARGUMENT', problems.join('; '));
  return { settings: parsed.data as Partial<ReadBy<'cli'>>, given, temporal };
}

const OF_TOKENS = [
  'HOLDFAST_JWT_ISSUER',
  'HOLDFAST_JWT_AUDIENCE',
  'HOLDFAST_JWT_SECRET',
] as const satisfies (keyof typeof SETTINGS)[];

/**
 * Reads what the web process checks tokens by, for the one command that signs some: the others
 * leave that secret and its file alone.
 *
 * @throws HoldfastError INVALID_ARGUMENT naming every malformed variable
 */
export function readTokenSettings(
  environment: Environment,
): Partial<Pick<ReadBy<'web'>, (typeof OF_TOKENS)[number]>> {
  const secrets = ['HOLDFAST_JWT_SECRET'];
  const { given, fromFile, problems } = withSecretFiles(givenIn(environment), secrets);
  const parsed = schemaFor(OF_TOKENS).partial().safeParse(given);
  const found = [...problems.values(), ...problemsOf(parsed.error, given, fromFile)];
  if (found.length > 0) throw new HoldfastError('INVALID_ARGUMENT', found.join('; '));
  return parsed.data as Partial<ReadBy<'web'>>;
}

function schemaOf(process: Process): z.ZodObject {
  return schemaFor(namesReadBy(process) as (keyof typeof SETTINGS)[]);
}

function schemaFor(names: readonly (keyof typeof SETTINGS)[]): z.ZodObject {
  return z.object(
    Object.fromEntries(names.map((name) => [name, (SETTINGS[name] as Setting).schema])),
  );
}

/**
 * The variables with the secrets that files hold, those of other processes too where they can be
 * read, since two secrets may have to differ. What a file lacks, others may need: its problems come
 * alone.
 */
function givenTo(process: Process, environment: Environment) {
  const { given, fromFile, problems } = withSecretFiles(givenIn(environment), SECRETS);
  const own = secretsReadBy(process);
  const fileProblems = own.flatMap((name) => problems.get(name) ?? []);
  return { given, fromFile, fileProblems };
}

function unusable(problems: string[]): HoldfastError {
  return new HoldfastError(
    'INVALID_ARGUMENT',
    `The configuration is not usable:\n${problems.map((line) => `  ${line}`).join('\n')}`,
  );
}

function givenIn(env: Environment): Given {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => !!entry[1] && !isServiceLink(entry[0], entry[1], env),
    ),
  );
}

function problemsOf(
  error: z.ZodError | undefined,
  given: Given,
  fromFile: ReadonlySet<string>,
): string[] {
  return (error?.issues ?? []).map(({ path: [key], message }) => {
    const name = String(key);
    if (!(name in given)) return `${name}: is required`;
    return `${fromFile.has(name) ? fileOf(name) : name}: ${message}`;
  });
}

/** Refusing a misspelt setting costs less than ignoring it silently. */
function unknownTo(process: keyof typeof REFUSES, given: Given): string[] {
  const { names, called } = REFUSES[process];
  return Object.keys(given)
    .filter((name) => names.test(name) && !isKnown(name))
    .map((name) => `${name}: is not a variable that Holdfast's ${called} knows`);
}

function isKnown(name: string): boolean {
  return Object.hasOwn(SETTINGS, name) || SECRETS.some((secret) => fileOf(secret) === name);
}
