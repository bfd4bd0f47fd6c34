'use strict';

// Prints the path of the folder with the browser's scripts for the present sources: the credits
// element, its words in other languages, and the login of the default page. Each is also stored compressed, so that no request
// waits for the compression.

const fs = require('node:fs');
const path = require('node:path');
const { brotliCompressSync, constants, gzipSync } = require('node:zlib');
const { printBundle } = require('./bundle');
const { ROOT } = require('../before-install/checkout');
const { licencesOf } = require('./licences');

const LANGUAGES = path.join('words', 'languages');

/** The element comes in English; the words of each other language are a file of their own. */
function entries() {
  const words = fs.readdirSync(path.join(ROOT, 'web', 'element', LANGUAGES)).map((file) => {
    const language = path.basename(file, '.ts');
    return [`holdfast-credits-${language}.js`, path.join(LANGUAGES, file)];
  });
  return {
    'holdfast-credits.js': 'holdfast-credits.ts',
    'login.js': 'login.ts',
    ...Object.fromEntries(words),
  };
}

/**
 * esbuild takes a file without exports for CommonJS here, and wraps it and everything that it
 * imports.
 */
function checkModules({ inputs }) {
  const wrapped = Object.keys(inputs).filter((file) => inputs[file].format === 'cjs');
  if (wrapped.length > 0)
    throw new Error(`No ES module, because it exports nothing: ${wrapped.join(', ')}.`);
}

async function codeOf(entry) {
  const { outputFiles, metafile } = await require('esbuild').build({
    entryPoints: [path.join(ROOT, 'web', 'element', entry)],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    charset: 'utf8',
    // Not every package marks its notice as a legal comment, so the whole licences are appended
    // instead.
    legalComments: 'none',
    logLevel: 'warning',
  });
  checkModules(metafile);
  return Buffer.from(outputFiles[0].text + licencesOf(ROOT, metafile));
}

printBundle({
  kind: 'element',
  suffix: '',
  script: __filename,
  sources: [path.join('web', 'element'), 'domain', 'contract'],
  async make(folder) {
    fs.mkdirSync(folder);
    for (const [name, entry] of Object.entries(entries())) {
      const code = await codeOf(entry);
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: code.length,
        // Smaller than with the defaults, by trying.
        [constants.BROTLI_PARAM_LGBLOCK]: 16,
        [constants.BROTLI_PARAM_NPOSTFIX]: 2,
        [constants.BROTLI_PARAM_NDIRECT]: 4,
      };
      fs.writeFileSync(path.join(folder, name), code);
      fs.writeFileSync(path.join(folder, `${name}.br`), brotliCompressSync(code, { params }));
      fs.writeFileSync(path.join(folder, `${name}.gz`), gzipSync(code, { level: 9 }));
    }
  },
});
