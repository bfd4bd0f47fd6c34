import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf } from '../../config/secret-files';
import type { Process, Setting } from '../../config/setting';
import { SETTINGS } from '../../config/variables';

const PAGE = readFileSync(join(__dirname, '../../docs/configuration.md'), 'utf8');

const CALLED: Record<Process, string> = {
  worker: 'worker',
  web: 'web',
  cli: 'command line',
  'codec-server': 'codec server',
};

function defaultOf({ schema, defaultInWords }: Setting): string {
  const { success, data } = schema.safeParse(undefined);
  if (!success) return 'required';
  if (defaultInWords) return defaultInWords;
  return data === undefined || (Array.isArray(data) && data.length === 0) ? 'none' : `\`${data}\``;
}

function row([name, setting]: [string, Setting]): string {
  const by = setting.by.map((process) => CALLED[process]).join(', ');
  const names = setting.isSecret ? `\`${name}\`, \`${fileOf(name)}\`` : `\`${name}\``;
  return `| ${names} | ${by} | ${setting.value} | ${defaultOf(setting)} | ${setting.meaning} |`;
}

test('docs/configuration.md has a row for every variable, as it is declared in config/variables.ts, and no other', () => {
  const rows = PAGE.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(Object.entries<Setting>(SETTINGS).map(row));
});

test('every variable says what it is for and what it may be', () => {
  for (const [name, { value, meaning, by }] of Object.entries<Setting>(SETTINGS)) {
    expect({ name, value, meaning, by }).toEqual({
      name,
      value: expect.stringMatching(/./),
      meaning: expect.stringMatching(/[.,]$/),
      by: expect.arrayContaining([expect.any(String)]),
    });
  }
});
