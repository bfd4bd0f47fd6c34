'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { importsOf } = require('./imports');
const { resolveAll } = require('./resolve');
const { BOUNDARIES, EVERYTHING, mayImportInWords } = require('./table');

const SOURCE = /\.[cm]?[jt]sx?$/;

/**
 * @typedef {import('./imports').Import & { from: string, to?: import('./resolve').Target }} Edge an
 *   import, from the file `from` to a file or a package; `to` is undefined where it leads nowhere
 *   or is computed
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

/** The longest folder of the table that holds the file. */
function folderOf(file) {
  return Object.keys(BOUNDARIES)
    .filter((folder) => isWithin(file, folder))
    .sort((a, b) => b.length - a.length)[0];
}

const isAmong = (name, packages) =>
  packages.some((one) => name === one || (one === 'node:' && name.startsWith('node:')));

/** What is wrong with one import by itself; undefined if nothing is. */
function problemOf(edge, own) {
  const { from, specifier, to } = edge;
  const folder = folderOf(from);
  const boundary = BOUNDARIES[folder];
  if (specifier === undefined) {
    if (boundary.loadsComputed) return undefined;
    return 'loads what can’t be known from its source: name it in a plain import';
  }
  if (boundary.imports === EVERYTHING) return undefined;
  if (specifier === own || specifier.startsWith(`${own}/`)) {
    return `imports ${specifier}, which is this package itself: name the file by its path`;
  }
  if (to === undefined) return `imports ${specifier}, which leads nowhere`;
  return to.package ? packageProblemOf(to.package, folder) : fileProblemOf(edge, folder);
}

function packageProblemOf(name, folder) {
  const { packages, notPackages = [] } = BOUNDARIES[folder];
  if (packages && !isAmong(name, packages))
    return `imports ${name}; ${folder} takes no packages but ${packages.join(', ')}`;
  if (isAmong(name, notPackages)) return `imports ${name}, which belongs into ledger`;
  return undefined;
}

function fileProblemOf({ byType, to }, folder) {
  const boundary = BOUNDARIES[folder];
  const isIn = (folders) => folders.some((one) => isWithin(to.file, one));
  // A folder inside another has a boundary of its own; the outer folder may import it all the same.
  const isInside = isWithin(to.file, folder);
  if (isInside || isIn(boundary.imports) || (byType && isIn(boundary.byType ?? [])))
    return undefined;
  const how = isIn(boundary.byType ?? []) ? 'by value' : 'from outside its boundary';
  return `imports ${to.file} ${how}; ${folder} may import ${mayImportInWords(boundary)}`;
}

/**
 * Problems with packages that come along at run time, each reported at the import that leaves the
 * folder.
 */
function reachProblemsOf(edges) {
  const bySource = Map.groupBy?.(edges, ({ from }) => from) ?? groupBy(edges);
  /**
   * The packages that a file brings: those that it imports, and those of the files that it imports.
   */
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
 * Every import that crosses a boundary, in all folders of the table.
 *
 * @param {string} root the checkout's folder
 * @returns {Promise<string[]>} a line for each, sorted:
 *   `domain/x.ts: imports ledger/y.ts from outside its boundary; …`
 */
async function problemsOf(root) {
  const { name: own } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const files = sourcesOf(root);
  const edges = await edgesOf(root, files);
  const single = edges.flatMap((edge) => {
    const problem = problemOf(edge, own);
    return problem ? [{ edge, problem }] : [];
  });
  const all = [...single, ...reachProblemsOf(edges)].map(
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
