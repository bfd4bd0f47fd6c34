import { loadWebConfig } from '../../web/web-config';
import { loadWorkerConfig } from '../../worker/worker-config';

const SECRET = 'a secret of more than thirty-two bytes';
// Keeps a developer's own Temporal settings out of these tests.
const base = {
  DATABASE_URL: 'postgres://app:secret@127.0.0.1:5432/holdfast',
  TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
  HOLDFAST_JWT_ISSUER: 'https://issuer.example',
  HOLDFAST_JWT_SECRET: SECRET,
};
const keys = { HOLDFAST_JWT_SECRET: '', HOLDFAST_JWKS_URL: 'https://issuer.example/keys' };

test('the configuration needs the database and who issues tokens; everything else has a default, and listens on this machine alone', () => {
  expect(loadWebConfig(base)).toMatchObject({
    ...{
      host: '127.0.0.1',
      port: 8080,
      taskQueue: 'holdfast',
      logLevel: 'info',
      corsOrigins: [],
      trustedProxies: [],
    },
    auth: { issuer: 'https://issuer.example', audience: 'holdfast', secret: SECRET },
    limits: {
      bodyBytesMax: 262_144,
      accountRequestsPerMinute: 600,
      streamsPerAccountMax: 10,
      streamsMax: 2_000,
    },
    cancelsPerHourMax: 60,
  });
  const allowed = { HOLDFAST_WEB_CANCELS_PER_HOUR: '600' };
  expect(loadWebConfig({ ...base, ...allowed })).toMatchObject({ cancelsPerHourMax: 600 });
});

test('the configuration takes published keys instead of a secret', () => {
  const { auth } = loadWebConfig({ ...base, ...keys });
  expect(auth).toEqual({
    issuer: 'https://issuer.example',
    audience: 'holdfast',
    jwksUrl: 'https://issuer.example/keys',
    clockToleranceSeconds: 5,
  });
  expect(
    loadWebConfig({ ...base, ...keys, HOLDFAST_JWKS_URL: 'http://127.0.0.1:9000/keys' }).auth,
  ).toHaveProperty('jwksUrl');
});

test('the configuration takes the tolerance for another clock, the earlier rules of tokens, and every limit of requests', () => {
  const config = loadWebConfig({
    ...base,
    HOLDFAST_JWT_CLOCK_TOLERANCE_SECONDS: '300',
    HOLDFAST_WEB_EARLIER_TOKENS: 'warn',
    HOLDFAST_WEB_REQUESTS_PER_MINUTE: '1',
    HOLDFAST_WEB_SERVICE_REQUESTS_PER_MINUTE: '2',
    HOLDFAST_WEB_ADDRESS_REQUESTS_PER_MINUTE: '3',
    HOLDFAST_WEB_REFUSED_LOGINS_PER_MINUTE: '4',
    HOLDFAST_WEB_TOKEN_REQUESTS_PER_MINUTE: '5',
  });
  expect(config).toMatchObject({
    auth: { clockToleranceSeconds: 300, earlierTokens: 'warn' },
    limits: {
      accountRequestsPerMinute: 1,
      serviceRequestsPerMinute: 2,
      addressRequestsPerMinute: 3,
      refusedLoginsPerMinute: 4,
      tokenRequestsPerMinute: 5,
    },
  });
  expect(loadWebConfig(base).auth).toMatchObject({ earlierTokens: undefined });
});

test('the configuration takes the addresses of the login and the subscription page', () => {
  const links = {
    HOLDFAST_WEB_LOGIN_URL: 'https://app.example/login',
    HOLDFAST_WEB_SUBSCRIPTION_URL: 'http://localhost/x',
  };
  expect(loadWebConfig({ ...base, ...links })).toMatchObject({
    ...{ loginUrl: 'https://app.example/login', subscriptionUrl: 'http://localhost/x' },
  });
  expect(loadWebConfig(base)).toMatchObject({ loginUrl: undefined, subscriptionUrl: undefined });
});

test('the configuration takes lists with commas between', () => {
  const lists = {
    HOLDFAST_WEB_CORS_ORIGINS: 'https://app.example, https://beta.example:8443',
    HOLDFAST_WEB_TRUSTED_PROXIES: '10.0.0.0/8,::1',
  };
  expect(loadWebConfig({ ...base, ...lists })).toMatchObject({
    corsOrigins: ['https://app.example', 'https://beta.example:8443'],
    trustedProxies: ['10.0.0.0/8', '::1'],
  });
});

test.each<[string, object, string]>([
  ['no issuer', { HOLDFAST_JWT_ISSUER: '' }, 'HOLDFAST_JWT_ISSUER: is required'],
  ['nothing to check tokens with', { HOLDFAST_JWT_SECRET: '' }, 'exactly one of the two'],
  [
    'a secret beside published keys',
    { ...keys, HOLDFAST_JWT_SECRET: SECRET },
    'exactly one of the two',
  ],
  ['a short secret', { HOLDFAST_JWT_SECRET: 'x'.repeat(31) }, 'must have 32 bytes at least'],
  [
    'keys over plain http',
    { ...keys, HOLDFAST_JWKS_URL: 'http://issuer.example/keys' },
    'must be https',
  ],
  ['keys in a file', { ...keys, HOLDFAST_JWKS_URL: 'file:///keys' }, 'must be https'],
  [
    'an origin with a path',
    { HOLDFAST_WEB_CORS_ORIGINS: 'https://app.example/' },
    'must be origins',
  ],
  [
    'a login over plain http',
    { HOLDFAST_WEB_LOGIN_URL: 'http://app.example/login' },
    'HOLDFAST_WEB_LOGIN_URL: must be https',
  ],
  ['a login that is a script', { HOLDFAST_WEB_LOGIN_URL: 'javascript:alert(1)' }, 'must be https'],
  [
    'plans without a scheme',
    { HOLDFAST_WEB_SUBSCRIPTION_URL: 'app.example/plans' },
    'must be https',
  ],
  ['a proxy by its name', { HOLDFAST_WEB_TRUSTED_PROXIES: 'proxy' }, 'must be addresses'],
  ['a network of 99 bits', { HOLDFAST_WEB_TRUSTED_PROXIES: '10.0.0.0/99' }, 'must be addresses'],
  [
    'a tolerance of more than five minutes',
    { HOLDFAST_JWT_CLOCK_TOLERANCE_SECONDS: '301' },
    'must be 300 at most',
  ],
  [
    'earlier tokens without warnings',
    { HOLDFAST_WEB_EARLIER_TOKENS: 'true' },
    'HOLDFAST_WEB_EARLIER_TOKENS',
  ],
  ['a port that no machine has', { HOLDFAST_WEB_PORT: '70000' }, 'must be 65535 at most'],
  ['a misspelt name', { HOLDFAST_WEB_STREAM: '7' }, 'HOLDFAST_WEB_STREAM: is not a variable'],
  [
    'a port in scientific notation',
    { HOLDFAST_WEB_PORT: '8e3' },
    'HOLDFAST_WEB_PORT: must be a whole number',
  ],
  [
    'a negative limit',
    { HOLDFAST_WEB_STREAMS: '-1' },
    'HOLDFAST_WEB_STREAMS: must be a whole number',
  ],
  ['a limit that is no number', { HOLDFAST_WEB_BODY_BYTES_MAX: 'NaN' }, 'must be a whole number'],
  [
    'an issuer with a space before it',
    { HOLDFAST_JWT_ISSUER: ' issuer' },
    'HOLDFAST_JWT_ISSUER: must have no space',
  ],
  [
    'an audience with a NUL',
    { HOLDFAST_JWT_AUDIENCE: 'a\0b' },
    'HOLDFAST_JWT_AUDIENCE: must have no control',
  ],
  ['a host with a path', { HOLDFAST_WEB_HOST: '127.0.0.1/x' }, 'HOLDFAST_WEB_HOST: must be a host'],
  [
    '5,000 letters of an issuer',
    { HOLDFAST_JWT_ISSUER: 'x'.repeat(5_000) },
    'must have 4096 characters at most',
  ],
  [
    '5,000 letters of a secret',
    { HOLDFAST_JWT_SECRET: 'x'.repeat(5_000) },
    'must have 4096 characters at most',
  ],
  [
    'an origin of 1 MB',
    { HOLDFAST_WEB_CORS_ORIGINS: `https://${'x'.repeat(1_000_000)}` },
    'characters at most',
  ],
  ['another database', { DATABASE_URL: 'mysql://x/y' }, 'must be a postgres:// URL'],
])('the configuration refuses %s', (_, env, problem) => {
  expect(() => loadWebConfig({ ...base, ...env })).toThrow(problem);
});

test('the configuration ignores variables of the worker, as the worker ignores those of the web process', () => {
  const shared = {
    ...base,
    HOLDFAST_WEBHOOK_ALLOW_PRIVATE: 'true',
    HOLDFAST_ROLE: 'all',
    HOLDFAST_WEB_PORT: '9000',
  };
  expect(loadWebConfig(shared).port).toBe(9000);
  expect(loadWorkerConfig(shared).role).toBe('all');
});

test('the configuration names no secret in its errors', () => {
  expect(() => loadWebConfig({ ...base, HOLDFAST_JWT_SECRET: 'too-short' })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('too-short') }),
  );
});
