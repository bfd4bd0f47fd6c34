import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** Folders that hold no documents of the project: what is installed, built or kept by a tool. */
const IGNORED = new Set(['node_modules', 'dist', 'coverage', '.git', '.holdfast']);

/** The paths of the project's Markdown files, from its root. */
export function markdownFiles(folder = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [relative(ROOT, path)] : [];
  });
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The text of a document without its code: neither blocks nor what stands between backticks. */
export function prose(text: string): string {
  return text.replaceAll(/^( *)(```|~~~).*?^\1\2$/gms, '').replaceAll(/`[^`\n]+`/g, '`…`');
}

/** The texts of the blocks of code in a language, without the line break at their end. */
export function blocksOf(text: string, language: string): string[] {
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'));
  return [...blocks].map(([, block = '']) => block.trimEnd());
}

export interface Link {
  /** Relative to the document; empty where the link leads to the document itself. */
  readonly path: string;
  readonly anchor: string | undefined;
}

/** The links of a document, images included, that lead to a file of the project or to a heading. */
export function linksOf(text: string): Link[] {
  const targets = [...prose(text).matchAll(/\]\(([^)\s]+)\)|\b(?:src|href)="([^"]+)"/g)];
  return targets
    .map(([, target, attribute]) => target ?? attribute ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      return { path, anchor };
    });
}

/** The anchors of a document's headings, as GitHub makes them: a heading that is there twice gets a number. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  const withoutBlocks = text.replaceAll(/^( *)(```|~~~).*?^\1\2$/gms, '');
  return [...withoutBlocks.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

/** The rows of the table that begins with this header row, as cells without the spaces around them. */
export function tableOf(text: string, header: string): string[][] {
  const [, after = ''] = text.split(`${header}\n`);
  const rows: string[][] = [];
  for (const line of after.split('\n').slice(1)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}
