'use strict';

// Runs the commands of its last argument at the same time, by the built command line, and prints
// how each has ended. Nothing ends this process but that nothing is left to do.

const { PassThrough } = require('node:stream');
const { text } = require('node:stream/consumers');

const [file, commands] = process.argv.slice(2);
const { runCommandLine } = require(file);

async function ended(words) {
  const streams = ['stdin', 'stdout', 'stderr'].map((name) => [name, new PassThrough()]);
  const terminal = Object.fromEntries(streams);
  const code = await runCommandLine(words, process.env, process.cwd(), terminal);
  const [stdout, stderr] = await Promise.all(
    [terminal.stdout, terminal.stderr].map((stream) => text(stream.end())),
  );
  return { code, stdout, stderr };
}

Promise.all(JSON.parse(commands).map(ended)).then((all) => {
  process.stdout.write(JSON.stringify(all));
});
