'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { importsOf } = require('./imports');
const { resolveAll } = require('./resolve');
const { BOUNDARIES, mayImportInWords } = require('./table');

const SOURCE = /\.[cm]?[jt]sx?$/;

/**
 * @typedef {import('./imports').Import & import('./resolve').Target & { file: string, leadsTo?: string }} Edge
 * from `from` to a file or a package
 */

function sourcesOf(root) {
  const top = Object.keys(BOUNDARIES).filter((folder) => !folder.includes('/'));
  return top
    .filter((folder) => fs.existsSync(path.join(root, folder)))
    .flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
        .filter((entry) => !entry.isDirectory() && SOURCE.test(entry.name))
        .map((entry) =>
          path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
        ),
    )
    .sort();
}

async function edgesOf(root, files) {
  const found = files.flatMap((from) =>
    importsOf(path.join(root, from)).map((one) => ({ from, ...one })),
  );
  const named = found.filter(({ specifier }) => specifier !== undefined);
  const targets = await resolveAll(
    root,
    named.map(({ from, specifier }) => ({ file: from, specifier })),
  );
  const computed = found.filter(({ specifier }) => specifier === undefined);
  return [...named.map((edge, index) => ({ ...edge, to: targets[index] })), ...computed];
}

const isWithin = (file, folder) => file.startsWith(`${folder}/`);

/** The longest folder of the table that it lies in. */
function folderOf(file) {
  return Object.keys(BOUNDARIES)
    .filter((folder) => isWithin(file, folder))
    .sort((a, b) => b.length - a.length)[0];
}

const isAmong = (name, packages) =>
  packages.some((one) => name === one || (one === 'node:' && name.startsWith('node:')));

/** What is wrong with one import by itself; undefined if nothing is. */
function wrongOf(edge, own) {
  const { from, specifier, byType, to } = edge;
  const folder = folderOf(from);
  const boundary = BOUNDARIES[folder];
  if (specifier === undefined)
    return 'loads what can’t be known from its source: name it in a plain import';
  if (specifier === own || specifier.startsWith(`${own}/`)) {
    return `imports ${specifier}, which is this package itself: name the file by its path`;
  }
  if (to === undefined) return `imports ${specifier}, which leads nowhere`;
  if (to.package) {
    const { packages, notPackages = [] } = boundary;
    const isKept = packages && !isAmong(to.package, packages);
    if (isKept)
      return `imports ${to.package}; ${folder} takes no packages but ${packages.join(', ')}`;
    if (isAmong(to.package, notPackages)) return `imports ${to.package}, which belongs into ledger`;
    return undefined;
  }
  const isIn = (folders) => folders.some((one) => isWithin(to.file, one));
  // A folder within another has a boundary of its own, but for whom it lies in.
  const isInside = isWithin(to.file, folder);
  if (isInside || isIn(boundary.imports) || (byType && isIn(boundary.byType ?? [])))
    return undefined;
  const how = isIn(boundary.byType ?? []) ? 'by value' : 'from outside its boundary';
  return `imports ${to.file} ${how}; ${folder} may import ${mayImportInWords(boundary)}`;
}

/** What comes along at run time: by the first import that leaves the folder. */
function reachedBy(edges) {
  const bySource = Map.groupBy?.(edges, ({ from }) => from) ?? groupBy(edges);
  /** Packages that a file brings, its own and those of what it imports. */
  const packagesOf = (file, seen) => {
    if (seen.has(file)) return [];
    seen.add(file);
    const values = (bySource.get(file) ?? []).filter(({ byType, to }) => !byType && to);
    return values.flatMap(({ to }) => (to.package ? [to.package] : packagesOf(to.file, seen)));
  };
  return edges.flatMap((edge) => {
    const { from, to, byType } = edge;
    const folder = folderOf(from);
    const { reachesNo = [] } = BOUNDARIES[folder];
    if (byType || !to || reachesNo.length === 0 || (to.file && folderOf(to.file) === folder))
      return [];
    const brought = to.package ? [to.package] : packagesOf(to.file, new Set());
    const bad = brought.find((name) => isAmong(name, reachesNo));
    if (!bad) return [];
    const through = to.file ? `imports ${to.file} by value, which brings ${bad}` : `imports ${bad}`;
    return [{ edge, problem: `${through}; nothing of ${folder} may` }];
  });
}

function groupBy(edges) {
  const groups = new Map();
  for (const edge of edges) groups.set(edge.from, [...(groups.get(edge.from) ?? []), edge]);
  return groups;
}

/**
 * Every import that goes through a boundary.
 *
 * @param {string} root the checkout
 * @returns {Promise<string[]>} one line each
 */
async function problemsOf(root) {
  const { name: own } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const files = sourcesOf(root);
  const edges = await edgesOf(root, files);
  const single = edges.flatMap((edge) => {
    const problem = wrongOf(edge, own);
    return problem ? [{ edge, problem }] : [];
  });
  const all = [...single, ...reachedBy(edges)].map(
    ({ edge, problem }) => `${edge.from}: ${problem}.`,
  );
  return [...new Set(all)].sort();
}

module.exports = { problemsOf };

if (require.main === module) {
  problemsOf(path.join(__dirname, '..', '..')).then((problems) => {
    for (const line of problems) process.stderr.write(`${line}\n`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  });
}
