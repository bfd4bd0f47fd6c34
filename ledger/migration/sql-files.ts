import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A file below `ledger/sql`, by its path there. */
export interface SqlFile {
  path: string;
  text: string;
  hash: string;
}

export interface Migration {
  name: string;
  /** Changes tables. The functions of the version before go on with what it leaves. */
  tables: string;
  /** What only the functions of this version go on with; empty for most. */
  switches: string;
}

export interface Index {
  name: string;
  /** With CONCURRENTLY, which no transaction may have. */
  statement: string;
}

const SQL_FOLDER = join(__dirname, '..', 'sql');
const WITH_THE_FUNCTIONS = /^-- With the functions:.*$/m;
const INDEX = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+)/;

export function readMigration(name: string): Migration {
  const [tables = '', switches = ''] = readSql('migrations', name).split(WITH_THE_FUNCTIONS);
  return { name, tables, switches };
}

/** The indexes of tables that may be large when they get them. */
export function largeIndexes(): Index[] {
  return readSql('indexes.sql')
    .replaceAll(/^--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
    .map((statement) => {
      const name = INDEX.exec(statement)?.[1];
      if (name === undefined) throw new Error(`Not an index: ${statement}`);
      return { name, statement };
    });
}

/** The files of a folder and its subfolders, in the order of their paths. */
export function sqlFiles(folder: 'functions' | 'views'): SqlFile[] {
  return sqlPaths(folder).map((path) => {
    const text = readSql(path);
    return { path, text, hash: createHash('sha256').update(text).digest('hex') };
  });
}

export function readSql(...path: string[]): string {
  return readFileSync(join(SQL_FOLDER, ...path), 'utf8');
}

function sqlPaths(folder: string): string[] {
  return readdirSync(join(SQL_FOLDER, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sql'))
    .map((file) => [folder, ...file.split(sep)].join('/'))
    .sort();
}
