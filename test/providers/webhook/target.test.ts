import { HoldfastError } from '../../../contract/errors';
import { parseWebhookSecrets, parseWebhookUrl } from '../../../providers/webhook/webhook-target';

function refusalOf(check: () => unknown): HoldfastError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
}

const isRefused = (url: string, allowPrivate?: boolean) => {
  const refusal = refusalOf(() => parseWebhookUrl({ url, allowPrivate }));
  if (refusal) expect(refusal.code).toBe('INVALID_WEBHOOK_URL');
  return refusal !== undefined;
};

describe('a webhook’s URL', () => {
  test.each([
    'https://hooks.example',
    'https://hooks.example:8443/notices?tenant=7',
    'HTTPS://HOOKS.EXAMPLE/',
    'https://hooks.example./notices',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://10.0.0.1.evil.example/', // a name, wherever it may lead
    'https://bücher.example/',
    'http://127.0.0.1:9000/notices',
    'http://127.8.8.8/',
    'http://[::1]:9000/',
    'http://localhost:9000/',
    'http://LOCALHOST./',
    'https://localhost/',
    // Other spellings of 127.0.0.1.
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://１２７.0.0.1/',
    'http://%31%32%37.0.0.1/',
  ])('may be %s', (url) => {
    expect(isRefused(url)).toBe(false);
  });

  test.each([
    '',
    'hooks.example',
    '/notices',
    'https://',
    'https://[::1',
    'https://1.2.3.4.5.6.7.8.9',
    'https://256.256.256.256/',
    'ftp://hooks.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'wss://hooks.example/',
    'http://hooks.example/',
    'http://8.8.8.8/',
    'http://localhost.evil.example/',
    'http://127.0.0.1.evil.example/',
    'http://127.0.0.1@evil.example/',
    'http://evil.example#@127.0.0.1/',
    'http://evil.example\\@127.0.0.1/',
    'https://user@hooks.example/',
    'https://user:password@hooks.example/',
    'https://:password@hooks.example/',
    'http://0.0.0.0/',
    'https://0/',
    'https://[::]/',
  ])('may not be %s, even if private addresses are allowed', (url) => {
    expect([isRefused(url), isRefused(url, true)]).toEqual([true, true]);
  });

  test.each([
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/', // 169.254.169.254
    'https://0xa9fea9fe/',
    'https://0251.0376.0251.0376/',
    'https://10.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[fc00::1]/',
    'https://[fd12:3456::1]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://[ff02::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::]/',
  ])('may be %s only where private addresses are allowed', (url) => {
    expect([isRefused(url), isRefused(url, true)]).toEqual([true, false]);
  });

  test('says what is loopback, so that only that is dialled for it', () => {
    const loopback = (url: string) => parseWebhookUrl({ url }).isLoopback;
    expect(loopback('http://[::1]:1/')).toBe(true);
    expect(loopback('http://localhost/')).toBe(true);
    expect(loopback('https://localhost.example/')).toBe(false);
    expect(loopback('https://8.8.8.8/')).toBe(false);
  });

  test('is not repeated by the refusal', () => {
    const refusal = refusalOf(() => parseWebhookUrl({ url: 'http://hooks.example/hunter2' }));
    expect(JSON.stringify(refusal?.toRefusal())).not.toMatch(/hunter2|hooks\.example/);
  });
});

describe('a webhook’s secret', () => {
  const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

  test.each([24, 25, 32, 64])('may have %d bytes', (bytes) => {
    expect(parseWebhookSecrets(secretOf(bytes))).toEqual([secretOf(bytes)]);
  });

  test('may be two valid ones with a space between', () => {
    const [after, before] = [secretOf(32), secretOf(24)];
    expect(parseWebhookSecrets(`${after} ${before}`)).toEqual([after, before]);
  });

  test.each([
    ['nothing', ''],
    ['too few bytes', secretOf(23)],
    ['too many bytes', secretOf(65)],
    ['no prefix', secretOf(32).slice('whsec_'.length)],
    ['another prefix', secretOf(32).replace('whsec', 'whpk')],
    ['no base64', `whsec_${'!'.repeat(44)}`],
    ['base64 of URLs', `whsec_${'-_'.repeat(22)}`],
    ['base64 that was cut off', secretOf(32).slice(0, -2)],
    ['a line break', `${secretOf(32)}\n`],
    ['words', 'whsec_my secret'],
    ['a second one that is none', `${secretOf(32)} ${secretOf(23)}`],
    ['two spaces between two', `${secretOf(32)}  ${secretOf(32)}`],
    ['a space after it', `${secretOf(32)} `],
  ])('is refused with %s, and not repeated', (_, secret) => {
    const refusal = refusalOf(() => parseWebhookSecrets(secret));
    expect(refusal?.code).toBe('INVALID_WEBHOOK_SECRET');
    if (secret) expect(JSON.stringify(refusal?.toRefusal())).not.toContain(secret);
  });
});
