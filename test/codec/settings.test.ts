import { loadCliConfig } from '../../cli/cli-config';
import { loadCodecServerConfig } from '../../web/codec-server/codec-server-config';
import { loadWebConfig } from '../../web/web-config';
import { loadWorkerConfig } from '../../worker/worker-config';
import { newKey, settingOf } from './keys';

const KEYS = [newKey('k2'), newKey('k1')];
const SECRET = 'a secret of more than thirty-two bytes';
const base = {
  DATABASE_URL: 'postgres://app:secret@127.0.0.1:5432/holdfast',
  TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
};
const web = { ...base, HOLDFAST_JWT_ISSUER: 'https://i.example', HOLDFAST_JWT_SECRET: SECRET };
const codecServer = {
  TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
  HOLDFAST_CODEC_KEYS: settingOf(KEYS),
  HOLDFAST_CODEC_SERVER_SECRET: SECRET,
  HOLDFAST_CODEC_SERVER_UI_ORIGINS: 'https://temporal.example',
};

type Load = (environment: Record<string, string>) => { codecKeys?: object };
const PROCESSES: [string, Load][] = [
  ['worker', (more) => loadWorkerConfig({ ...base, ...more })],
  ['web process', (more) => loadWebConfig({ ...web, ...more })],
  ['command line', (more) => loadCliConfig({ ...base, ...more }, '/')],
  ['codec server', (more) => loadCodecServerConfig({ ...codecServer, ...more })],
];

test.each(PROCESSES)('the %s reads its keys, the one that encrypts first', (_, load) => {
  const spaced = settingOf(KEYS).replace(',', ' , ');
  expect(load({ HOLDFAST_CODEC_KEYS: spaced }).codecKeys).toEqual(KEYS);
});

const [first, second] = KEYS as [(typeof KEYS)[0], (typeof KEYS)[0]];

test.each([
  ['a key without an id', first.key],
  ['an empty id', `:${first.key}`],
  ['a key where the id should be', `${first.key}:k2`],
  ['a key that is too short', `k2:${Buffer.alloc(16, 7).toString('base64')}`],
  ['a key in base64url', `k2:${Buffer.alloc(32, 255).toString('base64url')}`],
  ['an id twice', `k2:${first.key},k2:${second.key}`],
  ['an id of 33 letters', `${'k'.repeat(33)}:${first.key}`],
  ['a second colon', `k2:${first.key}:`],
  ['a comma at the end', `k2:${first.key},`],
])('%s is refused by every process, and no problem names a key', (_, value) => {
  const parts = value.split(/[:,]/).filter((part) => part.length > 33);
  for (const [, load] of PROCESSES) {
    const loaded = () => load({ HOLDFAST_CODEC_KEYS: value });
    expect(loaded).toThrow('HOLDFAST_CODEC_KEYS: ');
    for (const part of parts)
      expect(loaded).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(part.slice(0, 12)) }),
      );
  }
});

test.each(PROCESSES.filter(([name]) => name !== 'command line'))(
  'the %s doesn’t start with a misspelt HOLDFAST_CODEC_KEY, which would leave payloads in clear',
  (_, load) => {
    expect(() => load({ HOLDFAST_CODEC_KEY: settingOf(KEYS) })).toThrow('HOLDFAST_CODEC_KEY: ');
  },
);

test('one environment serves worker, web process and codec server', () => {
  const all = { ...web, ...codecServer };
  expect(loadWorkerConfig(all).codecKeys).toEqual(KEYS);
  expect(loadWebConfig(all).codecKeys).toEqual(KEYS);
});

test.each([
  ['without keys', { HOLDFAST_CODEC_KEYS: '' }, 'HOLDFAST_CODEC_KEYS: is required'],
  ['without a secret', { HOLDFAST_CODEC_SERVER_SECRET: '' }, '_SECRET: is required'],
  ['with a short secret', { HOLDFAST_CODEC_SERVER_SECRET: 'short' }, 'must have 32 bytes'],
  ['without origins', { HOLDFAST_CODEC_SERVER_UI_ORIGINS: '' }, '_ORIGINS: is required'],
  ['for every origin', { HOLDFAST_CODEC_SERVER_UI_ORIGINS: '*' }, '_ORIGINS: must be origins'],
])('a codec server doesn’t start %s', (_, more, problem) => {
  expect(() => loadCodecServerConfig({ ...codecServer, ...more })).toThrow(problem);
});
