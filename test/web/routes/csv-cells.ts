/** The cells of a CSV file as they are written, with their quotes. */
export function rawCellsOf(text: string): string[] {
  return [...text.replace(/^\uFEFF/, '').matchAll(/("(?:[^"]|"")*"|[^",\n]*)(?:,|\n)/g)].map(
    ([, cell = '']) => cell,
  );
}

/** The rows of a CSV file as a spreadsheet reads them. */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text
    .replace(/^\uFEFF/, '')
    .matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    if (end === '' && quoted === undefined && plain === '') continue;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}
