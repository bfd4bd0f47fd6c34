'use strict';

// Every way in which a source names another file or a package: by value, by type only, by
// `require`, inside a type, and in ways that can't be followed. dependency-cruiser would do this,
// but it needs the parser of TypeScript's JavaScript API to see `import('x').Type` and to tell
// types from values. TypeScript 7 no longer has that API.

const fs = require('node:fs');
const { parseSync } = require('@swc/core');

/**
 * @typedef {object} Import
 * @property {string | undefined} specifier undefined where it is computed
 * @property {boolean} byType whether the compiler leaves it out, so that it loads nothing at run
 *   time
 */

/** The members of a node of which `importOf` has judged the node as a whole. */
const WALKED = ['callee', 'object'];

/**
 * @param {string} file a source in TypeScript or JavaScript
 * @returns {Import[]} in the order in which they stand, those of one import once for each name that
 *   it loads
 */
function importsOf(file) {
  const text = fs.readFileSync(file, 'utf8');
  const isTypeScript = file.endsWith('.ts');
  const imports = [...text.matchAll(/^\/\/\/\s*<reference\s+path=["']([^"']+)["']/gm)].map(
    ([, path]) => ({
      specifier: /^\.{0,2}\//.test(path) ? path : `./${path}`,
      byType: true,
    }),
  );
  const walk = (node) => {
    if (Array.isArray(node)) node.forEach(walk);
    if (node === null || typeof node !== 'object' || Array.isArray(node)) return;
    const found = importOf(node);
    if (found) imports.push(...found);
    for (const [name, member] of Object.entries(node)) {
      if (name !== 'span' && !(found && WALKED.includes(name))) walk(member);
    }
  };
  walk(
    parseSync(text, { syntax: isTypeScript ? 'typescript' : 'ecmascript', target: 'es2023' }).body,
  );
  return imports;
}

function importOf(node) {
  switch (node.type) {
    case 'ImportDeclaration':
      return [
        { specifier: node.source.value, byType: node.typeOnly || allByType(node.specifiers) },
        ...hidden(node),
      ];
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      if (!node.source) return undefined;
      return [
        { specifier: node.source.value, byType: node.typeOnly || allByType(node.specifiers) },
      ];
    case 'TsImportEqualsDeclaration':
      if (node.moduleRef.type !== 'TsExternalModuleReference') return undefined;
      return [{ specifier: node.moduleRef.expression.value, byType: node.isTypeOnly }];
    case 'TsImportType':
      return [{ specifier: node.argument.value, byType: true }];
    case 'TsModuleDeclaration':
      return node.id.type === 'StringLiteral'
        ? [{ specifier: node.id.value, byType: true }]
        : undefined;
    case 'CallExpression':
      return isLoading(node.callee)
        ? [{ specifier: literal(node.arguments[0]?.expression), byType: false }]
        : undefined;
    case 'MemberExpression':
      return isMain(node) ? [] : undefined;
    case 'Identifier':
      // Under another name it could load a module that no check sees.
      return node.value === 'require' ? [{ specifier: undefined, byType: false }] : undefined;
    default:
      return undefined;
  }
}

function allByType(specifiers = []) {
  return specifiers.length > 0 && specifiers.every(({ isTypeOnly }) => isTypeOnly);
}

/** `createRequire` makes a function that loads a module by a computed name. */
function hidden({ source, specifiers }) {
  const isMaking = ({ imported, local }) => (imported ?? local).value === 'createRequire';
  return /^(node:)?module$/.test(source.value) && specifiers.some(isMaking)
    ? [{ specifier: undefined, byType: false }]
    : [];
}

/** `import(…)`, `require(…)`, `require.resolve(…)`, `module.require(…)` */
function isLoading(callee) {
  if (callee.type === 'Import') return true;
  if (callee.type === 'Identifier') return callee.value === 'require';
  if (callee.type !== 'MemberExpression') return false;
  const { object, property } = callee;
  return (
    property.value === 'require' || (object.type === 'Identifier' && object.value === 'require')
  );
}

/** `require.main`, by which a script knows that it was started itself, loads nothing. */
function isMain({ object, property }) {
  return object.value === 'require' && property.value === 'main';
}

function literal(expression) {
  if (expression?.type === 'StringLiteral') return expression.value;
  if (expression?.type === 'TemplateLiteral' && expression.expressions.length === 0)
    return expression.quasis[0].cooked;
  return undefined;
}

module.exports = { importsOf };
