import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCliConfig } from '../../cli/cli-config';
import { secretsReadBy } from '../../config/variables';
import { loadCodecServerConfig } from '../../web/codec-server/codec-server-config';
import { loadWebConfig } from '../../web/web-config';
import { loadWorkerConfig } from '../../worker/worker-config';

const SECRET = 'a secret of more than thirty-two bytes';
const URL = 'postgres://app:pässword@127.0.0.1:5432/holdfast';
/** Of what each secret may be. */
const VALUES: Record<string, string> = {
  HOLDFAST_CODEC_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  HOLDFAST_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 2).toString('base64')}`,
  HOLDFAST_STRIPE_API_KEY: 'sk_test_0123456789',
  HOLDFAST_WEB_STRIPE_SECRETS: `whsec_${'2'.repeat(32)}`,
  HOLDFAST_PROOF_SECRET: 'another secret of more than thirty-two bytes',
};
const secretValueOf = (name: string) => VALUES[name] ?? (name.endsWith('_URL') ? URL : SECRET);

const common = { TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' };
const PROCESSES = {
  worker: {
    load: loadWorkerConfig,
    others: {
      ...common,
      HOLDFAST_WEBHOOK_URL: 'https://shop.example/notices',
      HOLDFAST_VERIFY_COMMANDS: 'required',
      HOLDFAST_PROOF_ISSUER: 'billing',
    },
  },
  web: { load: loadWebConfig, others: { ...common, HOLDFAST_JWT_ISSUER: 'shop' } },
  cli: {
    load: (environment: Record<string, string>) => loadCliConfig(environment, '/'),
    others: { ...common, HOLDFAST_PROOF_ISSUER: 'billing' },
  },
  'codec-server': {
    load: loadCodecServerConfig,
    others: { ...common, HOLDFAST_CODEC_SERVER_UI_ORIGINS: 'https://temporal.example' },
  },
} as const;

type Name = keyof typeof PROCESSES;

const SECRETS = (Object.keys(PROCESSES) as Name[]).flatMap((process) =>
  secretsReadBy(process).map((secret) => [process, secret] as const),
);

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string | Buffer): string {
  files += 1;
  const file = join(folder, `secret-${files}`);
  writeFileSync(file, content);
  return file;
}

/** What a process reads, every secret by its value, but for those that `more` sets otherwise. */
function load(process: Name, more: Record<string, string> = {}) {
  const { load: read, others } = PROCESSES[process];
  const plain = secretsReadBy(process).filter((name) => more[`${name}_FILE`] === undefined);
  const values = Object.fromEntries(plain.map((name) => [name, secretValueOf(name)]));
  return read({ ...others, ...values, ...more });
}

test.each(SECRETS)('the %s reads %s from a file', (process, name) => {
  const expected = load(process);
  for (const end of ['', '\n', '\r\n', '\n\n'])
    expect(load(process, { [`${name}_FILE`]: fileWith(secretValueOf(name) + end) })).toEqual(
      expected,
    );
});

test('the link that Kubernetes makes of a mounted secret is followed', () => {
  const mounted = join(folder, 'mounted');
  symlinkSync(fileWith(SECRET), mounted);
  expect(load('web', { HOLDFAST_JWT_SECRET_FILE: mounted })).toEqual(load('web'));
});

test('every URL of a database, key and secret is one', () => {
  const all = [...new Set(SECRETS.map(([, name]) => name))].sort();
  expect(all).toEqual([
    'DATABASE_URL',
    'HOLDFAST_CODEC_KEYS',
    'HOLDFAST_CODEC_SERVER_SECRET',
    'HOLDFAST_JWT_SECRET',
    'HOLDFAST_MIGRATION_DATABASE_URL',
    'HOLDFAST_OPERATOR_DATABASE_URL',
    'HOLDFAST_PROOF_SECRET',
    'HOLDFAST_READER_DATABASE_URL',
    'HOLDFAST_STRIPE_API_KEY',
    'HOLDFAST_TOKEN',
    'HOLDFAST_WEBHOOK_SECRET',
    'HOLDFAST_WEB_DATABASE_URL',
    'HOLDFAST_WEB_OPERATOR_DATABASE_URL',
    'HOLDFAST_WEB_STRIPE_SECRETS',
    'HOLDFAST_WORKER_DATABASE_URL',
  ]);
});

describe.each(SECRETS)('the %s refuses %s', (process, name) => {
  const refusal = (problem: string) =>
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(problem),
    });

  function expectRefusal(file: string, problem: string): void {
    const loading = () => load(process, { [`${name}_FILE`]: file });
    expect(loading).toThrow(refusal(`${name}_FILE: ${problem}`));
    // Two lines would send its reader after the wrong one.
    expect(loading).not.toThrow(new RegExp(`${name}: is required|exactly one`));
  }

  test('by value and by file at once', () => {
    const both = { [name]: secretValueOf(name), [`${name}_FILE`]: fileWith(secretValueOf(name)) };
    expect(() => load(process, both)).toThrow(
      refusal(`${name}, ${name}_FILE: only one of the two may be set`),
    );
  });

  test('from a file that is missing, a folder, empty, or never ends', () => {
    expectRefusal(join(folder, 'nowhere'), 'can’t be read (ENOENT)');
    expectRefusal(join(fileWith('x'), 'below'), 'can’t be read (ENOTDIR)');
    expectRefusal('/a\0b', 'must have no control character');
    const empty = join(folder, `empty-${files}`);
    mkdirSync(empty, { recursive: true });
    expectRefusal(empty, 'is no file');
    expectRefusal('/dev/zero', 'is no file');
    expectRefusal(fileWith(''), 'is empty');
    expectRefusal(fileWith('\n'), 'is empty');
  });

  test('from a pipe that nobody writes to, at once', () => {
    const pipe = join(folder, `pipe-${process}-${name}`);
    execFileSync('mkfifo', [pipe]);
    expectRefusal(pipe, 'is no file');
  });

  test('from a file that holds no such thing, without a word of it', () => {
    const hidden = 'hunter2'.repeat(8);
    const wrong: [string | Buffer, string][] = [
      [hidden.repeat(200_000), 'has more than 16384 bytes'],
      [`${hidden}\n${hidden}\n`, 'must hold one line of text in UTF-8'],
      [Buffer.concat([Buffer.from(hidden), Buffer.of(0xff, 0xfe)]), 'must hold one line'],
      [`${hidden}\0`, 'must hold one line of text in UTF-8'],
    ];
    for (const [content, problem] of wrong) {
      const file = fileWith(content);
      expectRefusal(file, problem);
      expect(() => load(process, { [`${name}_FILE`]: file })).not.toThrow(/hunter2/);
    }
  });
});

test('a value that is malformed is named by its file', () => {
  const file = fileWith('http://hunter2@postgres');
  expect(() => load('worker', { DATABASE_URL_FILE: file })).toThrow(
    /^ {2}DATABASE_URL_FILE: must be a postgres:\/\/ URL$/m,
  );
});

test('a process leaves the files of others alone', () => {
  const others = { HOLDFAST_JWT_SECRET_FILE: '/nowhere', HOLDFAST_CODEC_SERVER_SECRET_FILE: '/x' };
  expect(load('worker', others)).toEqual(load('worker'));
  expect({ ...load('cli', others), tokens: {} }).toEqual({ ...load('cli'), tokens: {} });
  expect(load('web', { HOLDFAST_PROOF_SECRET_FILE: '/nowhere' })).toEqual(load('web'));
});

test('the worker finds web’s own secret in another file', () => {
  const files = {
    HOLDFAST_PROOF_SECRET_FILE: fileWith(SECRET),
    HOLDFAST_JWT_SECRET_FILE: fileWith(`${SECRET}\n`),
  };
  expect(() => load('worker', files)).toThrow('HOLDFAST_PROOF_SECRET: is HOLDFAST_JWT_SECRET');
});

test('what is no secret has no file', () => {
  expect(() => load('worker', { HOLDFAST_ROLE_FILE: '/etc/role' })).toThrow(
    'HOLDFAST_ROLE_FILE: is not a variable',
  );
});

test.each([
  ['', 'is empty'],
  ['a key\n', 'holds no key on one line'],
  ['k'.repeat(10_000_000), 'has more than 16384 bytes'],
])('the file of Temporal’s key is held to the same rule', (content, problem) => {
  const file = fileWith(content);
  expect(() => load('worker', { HOLDFAST_TEMPORAL_API_KEY_FILE: file })).toThrow(
    `HOLDFAST_TEMPORAL_API_KEY_FILE: ${problem}`,
  );
});

test.each(Object.keys(PROCESSES) as Name[])(
  '%s says how the file of Temporal’s key is named',
  (process) => {
    expect(() => load(process, { TEMPORAL_API_KEY_FILE: '/run/secrets/temporal-key' })).toThrow(
      'TEMPORAL_API_KEY_FILE: is not a variable; name it HOLDFAST_TEMPORAL_API_KEY_FILE',
    );
  },
);
