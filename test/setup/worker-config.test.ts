import { deploymentOptions } from '../../worker/deployment';
import { loadWorkerConfig, WORKER_VARIABLES } from '../../worker/worker-config';

const DATABASE_URL = 'postgres://app:secret@127.0.0.1:5432/holdfast';
// Keeps a developer's own Temporal settings out of these tests.
const base = { DATABASE_URL, TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' };

function errorOf(env: Record<string, string>): string {
  try {
    loadWorkerConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The configuration was accepted.');
}

describe('the worker’s configuration', () => {
  it('needs only the database; everything else has a default', () => {
    expect(loadWorkerConfig(base)).toMatchObject({
      databaseUrl: DATABASE_URL,
      role: 'all',
      taskQueue: 'holdfast',
      generationTaskQueue: 'holdfast-generation',
      healthPort: undefined,
      deployment: undefined,
      logLevel: 'info',
      shutdownGraceSeconds: 10,
      holdSeconds: 300,
      reconcileIntervalSeconds: 60,
      reconcileIdleSeconds: 600,
      maxConcurrentGenerations: 20,
      grantLimits: undefined,
      queueRoom: { placesMax: 100, bytesMax: 1_048_576 },
    });
  });

  it('takes fixed slots or a tuner, and refuses both', () => {
    const tuner = { HOLDFAST_TUNER_MEMORY_PERCENT: '80', HOLDFAST_TUNER_CPU_PERCENT: '70' };
    expect(loadWorkerConfig({ ...base, ...tuner }).tuning).toMatchObject({
      target: { memoryPercent: 80, cpuPercent: 70 },
    });
    expect(errorOf({ ...base, ...tuner, HOLDFAST_ACTIVITY_SLOTS: '50' })).toContain(
      'HOLDFAST_ACTIVITY_SLOTS: slots are fixed or given by the tuner; unset it, or HOLDFAST_TUNER_MEMORY_PERCENT and HOLDFAST_TUNER_CPU_PERCENT',
    );
    expect(errorOf({ ...base, HOLDFAST_TUNER_CPU_PERCENT: '70' })).toContain(
      'HOLDFAST_TUNER_MEMORY_PERCENT: is required with HOLDFAST_TUNER_CPU_PERCENT; set both or neither',
    );
  });

  it('reads a provider’s quotas by kind', () => {
    const quotas = (text: string) => ({ ...base, HOLDFAST_GENERATION_QUOTAS: text });
    expect(loadWorkerConfig(quotas('text-to-video:30, text-to-image:600'))).toMatchObject({
      generationQuotas: { 'text-to-video': 30, 'text-to-image': 600 },
    });
    for (const text of ['text-to-video', 'a:0', 'a:600001', 'a:1.5', 'a:1:2', ':1', 'a:-1', 'a:1,'])
      expect(errorOf(quotas(text))).toContain('HOLDFAST_GENERATION_QUOTAS: must be pairs such as');
    expect(errorOf(quotas('a:1,a:2'))).toContain('must name each kind once');
  });

  it('needs no database for generations alone', () => {
    const { DATABASE_URL: _, ...without } = base;
    const config = loadWorkerConfig({ ...without, HOLDFAST_ROLE: 'generation' });
    expect(config).toMatchObject({ role: 'generation', databaseUrl: undefined });
    for (const role of ['all', 'workflows', '']) {
      expect(errorOf({ ...without, HOLDFAST_ROLE: role })).toContain('DATABASE_URL: is required');
    }
  });

  it('takes the logins that `holdfast migrate` makes for variables of its own environment', () => {
    const env = { ...base, HOLDFAST_WEB_DATABASE_URL: 'x', HOLDFAST_READER_DATABASE_URL: 'x' };
    expect(loadWorkerConfig(env)).toMatchObject({ databaseUrl: DATABASE_URL });
    expect(errorOf({ ...base, HOLDFAST_OPERATER_DATABASE_URL: 'x' })).toContain(
      'is not a variable',
    );
  });

  it('verifies commands by the keys of one issuer', () => {
    const issuer = { HOLDFAST_PROOF_ISSUER: 'https://billing.example' };
    const secret = { HOLDFAST_PROOF_SECRET: 'a secret of more than thirty-two bytes' };
    const jwks = { HOLDFAST_PROOF_JWKS_URL: 'https://billing.example/keys' };
    const mode = { HOLDFAST_VERIFY_COMMANDS: 'required' };
    expect(loadWorkerConfig({ ...base, ...issuer, ...secret }).commandProofs).toBeUndefined();
    expect(loadWorkerConfig({ ...base, ...mode, ...issuer, ...jwks }).commandProofs).toEqual({
      ...{ mode: 'required', issuer: 'https://billing.example', audience: 'holdfast-commands' },
      jwksUrl: 'https://billing.example/keys',
    });
    expect(errorOf({ ...base, ...mode, ...secret })).toContain('HOLDFAST_PROOF_ISSUER');
    for (const keys of [{}, { ...secret, ...jwks }])
      expect(errorOf({ ...base, ...mode, ...issuer, ...keys })).toContain('exactly one of the two');
    const shared = { HOLDFAST_JWT_SECRET: secret.HOLDFAST_PROOF_SECRET };
    expect(errorOf({ ...base, ...mode, ...issuer, ...secret, ...shared })).toContain(
      'HOLDFAST_PROOF_SECRET: is HOLDFAST_JWT_SECRET',
    );
  });

  it('takes a build’s id only with its deployment, and makes one from the workflows if it has none', () => {
    const name = { HOLDFAST_DEPLOYMENT: 'holdfast' };
    const build = { HOLDFAST_BUILD_ID: '2026-11-29.1' };
    const { deployment } = loadWorkerConfig({ ...base, ...name, ...build });
    expect(deployment).toEqual({ name: 'holdfast', buildId: '2026-11-29.1' });
    expect(errorOf({ ...base, ...build })).toContain('HOLDFAST_DEPLOYMENT: is required');
    expect(errorOf({ ...base, HOLDFAST_DEPLOYMENT: 'a.b' })).toContain('HOLDFAST_DEPLOYMENT: must');

    const buildIdOf = (bundle: string) =>
      deploymentOptions(loadWorkerConfig({ ...base, ...name }), bundle)?.version.buildId;
    expect(buildIdOf(__filename)).toMatch(/^workflows-[0-9a-f]{12}$/);
    expect(buildIdOf(__filename)).not.toBe(buildIdOf(require.resolve('../../worker/worker')));
    expect(deploymentOptions(loadWorkerConfig(base), __filename)).toBeUndefined();
  });

  it('lets workflows grant only within both maxima', () => {
    const max = { HOLDFAST_GRANT_CREDITS_MAX: '50' };
    const perDay = { HOLDFAST_GRANT_CREDITS_PER_DAY: '1000' };
    expect(loadWorkerConfig({ ...base, ...max, ...perDay })).toMatchObject({
      grantLimits: { creditsMax: 50, creditsPerDay: 1_000 },
    });
    expect(errorOf({ ...base, ...max })).toContain(
      'HOLDFAST_GRANT_CREDITS_PER_DAY: is required with HOLDFAST_GRANT_CREDITS_MAX',
    );
    expect(errorOf({ ...base, ...perDay })).toContain(
      'HOLDFAST_GRANT_CREDITS_MAX: is required with HOLDFAST_GRANT_CREDITS_PER_DAY',
    );
  });

  it('takes Temporal’s address and namespace from Temporal’s own variables', () => {
    const env = {
      ...base,
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'credits',
    };
    expect(loadWorkerConfig(env).temporal).toMatchObject({
      namespace: 'credits',
      connectionOptions: { address: 'temporal.example:7233' },
    });
  });

  it('takes an empty variable for an unset one, as Compose files hand them over', () => {
    expect(
      loadWorkerConfig({ ...base, HOLDFAST_HEALTH_PORT: '', HOLDFAST_ROLE: '' }),
    ).toMatchObject({ role: 'all' });
  });

  it('names every bad variable at once', () => {
    const message = errorOf({
      HOLDFAST_ROLE: 'boss',
      HOLDFAST_HEALTH_PORT: '70000',
      HOLDFAST_HOLD_SECONDS: '1.5',
      HOLDFAST_MIGRATION_DATABASE_URL: 'mysql://localhost/x',
    });
    expect(message).toContain('DATABASE_URL: is required');
    expect(message).toContain('HOLDFAST_ROLE: ');
    expect(message).toContain('HOLDFAST_HEALTH_PORT: must be 65535 at most');
    expect(message).toContain('HOLDFAST_HOLD_SECONDS: must be a whole number');
    expect(message).toContain('HOLDFAST_MIGRATION_DATABASE_URL: must be a postgres:// URL');
  });

  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const webhook = {
    HOLDFAST_WEBHOOK_URL: 'https://hooks.example/x',
    HOLDFAST_WEBHOOK_SECRET: secret,
  };

  it('sends notices nowhere, or to a webhook whose URL and secret it has checked', () => {
    expect(loadWorkerConfig(base).webhook).toBeUndefined();
    const url = webhook.HOLDFAST_WEBHOOK_URL;
    expect(loadWorkerConfig({ ...base, ...webhook }).webhook).toEqual({
      url,
      secret,
      allowPrivate: false,
    });
    const inside = {
      ...webhook,
      HOLDFAST_WEBHOOK_URL: 'https://10.0.0.8/x',
      HOLDFAST_WEBHOOK_ALLOW_PRIVATE: 'true',
    };
    expect(loadWorkerConfig({ ...base, ...inside }).webhook).toMatchObject({ allowPrivate: true });
  });

  it.each([
    [
      'HOLDFAST_WEBHOOK_URL: INVALID_WEBHOOK_URL: ',
      { HOLDFAST_WEBHOOK_URL: 'http://hooks.example/hunter2' },
    ],
    [
      'HOLDFAST_WEBHOOK_URL: INVALID_WEBHOOK_URL: ',
      { HOLDFAST_WEBHOOK_URL: 'https://10.0.0.8/hunter2' },
    ],
    ['HOLDFAST_WEBHOOK_SECRET: INVALID_WEBHOOK_SECRET: ', { HOLDFAST_WEBHOOK_SECRET: 'hunter2' }],
    ['HOLDFAST_WEBHOOK_SECRET: INVALID_WEBHOOK_SECRET: ', { HOLDFAST_WEBHOOK_SECRET: '' }],
    ['HOLDFAST_WEBHOOK_URL: is required with a secret', { HOLDFAST_WEBHOOK_URL: '' }],
    ['HOLDFAST_WEBHOOK_ALLOW_PRIVATE: ', { HOLDFAST_WEBHOOK_ALLOW_PRIVATE: 'yes' }],
  ])(
    'refuses a webhook with %s, and repeats neither the URL nor the secret',
    (problem, changed) => {
      const message = errorOf({ ...base, ...webhook, ...changed });
      expect(message).toContain(problem);
      expect(message).not.toMatch(/hunter2|AQEB/);
    },
  );

  it('names every problem of a webhook, beside those of other variables', () => {
    const bad = {
      HOLDFAST_WEBHOOK_URL: 'ftp://x',
      HOLDFAST_WEBHOOK_SECRET: 'x',
      HOLDFAST_ROLE: 'boss',
    };
    const message = errorOf({ ...base, ...bad });
    for (const named of ['INVALID_WEBHOOK_URL', 'INVALID_WEBHOOK_SECRET', 'HOLDFAST_ROLE']) {
      expect(message).toContain(named);
    }
  });

  it('refuses a variable that it doesn’t know', () => {
    expect(errorOf({ ...base, HOLDFAST_ROEL: 'all' })).toContain(
      'HOLDFAST_ROEL: is not a variable',
    );
  });

  it.each([
    [
      'HOLDFAST_HOLD_SECONDS',
      [
        'NaN',
        '1e9',
        ' 5',
        '5 ',
        '-1',
        '+5',
        '0x10',
        '1,5',
        'Infinity',
        '',
        '0',
        '86401',
        '9'.repeat(400),
      ],
    ],
    ['HOLDFAST_HEALTH_PORT', ['NaN', '8e3', '٣', '-8080', '0', '65536']],
    ['HOLDFAST_TASK_QUEUE', ['a b', 'a\0', ' a', 'a/b', 'x'.repeat(101)]],
    [
      'HOLDFAST_OUTPUT_DIR',
      ['/tmp/a\0b', ' /tmp', '/tmp\n', `/${'x'.repeat(5_000)}`, '/tmp/\ud83d'],
    ],
    ['HOLDFAST_ROLE', ['all ', 'ALL', 'all,generation']],
    [
      'DATABASE_URL',
      [
        'postgres://h/d\0',
        ' postgres://h/d',
        'postgres://h/a b',
        `postgres://h/${'x'.repeat(5_000)}`,
      ],
    ],
  ])('refuses nonsense in %s by its name', (name, values) => {
    for (const value of values.filter(Boolean)) {
      expect(errorOf({ ...base, [name]: value })).toContain(`\n  ${name}: `);
    }
  });

  it('names a value that is too long without repeating it', () => {
    expect(
      errorOf({ ...base, HOLDFAST_OUTPUT_DIR: `/${'x'.repeat(1_000_000)}` }).length,
    ).toBeLessThan(200);
  });

  it('never repeats a value, which may be a secret', () => {
    expect(errorOf({ ...base, DATABASE_URL: 'mysql://app:hunter2@localhost/x' })).not.toContain(
      'hunter2',
    );
  });

  it('publishes the names of its variables', () => {
    expect(WORKER_VARIABLES).toContain('HOLDFAST_TASK_QUEUE');
    expect(WORKER_VARIABLES).toContain('DATABASE_URL');
  });
});
