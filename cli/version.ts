import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildIdOf } from '../config/build-id';
import { type Installed, installed } from '../contract/operation';
import { KNOWN_MIGRATIONS } from '../ledger/migration/known-migrations';
import type { Answer } from './terminal/screen';

/** Beside the built code; sources have none. */
const BUNDLE = path.join(__dirname, '..', 'workflow-bundle.js');

/** The answer to `--version`. It asks no server. */
export function versionAnswer(): Answer<Installed> {
  const { version, build, schema } = installed.parse({
    version: JSON.parse(readFileSync(packageFileAbove(__dirname), 'utf8')).version,
    build: existsSync(BUNDLE) ? buildIdOf(BUNDLE) : null,
    schema: KNOWN_MIGRATIONS.at(-1),
  });
  const text = [
    `holdfast ${version}`,
    `build    ${build ?? 'sources, not built'}`,
    `schema   ${schema}`,
  ];
  return { json: { version, build, schema }, text };
}

function packageFileAbove(folder: string): string {
  const file = path.join(folder, 'package.json');
  return existsSync(file) ? file : packageFileAbove(path.dirname(folder));
}
