'use strict';

// Runs one server and outlives nobody: standard input is a pipe from the process that wanted the server, and it
// closes however that process ends, also by SIGKILL. Then the server is stopped and throw-away data removed.
// Plain JavaScript, because it is started as a file from the sources and from dist alike.

const { spawn } = require('node:child_process');
const fs = require('node:fs');

const { command, args, cwd, uid, gid, stopSignal, graceMs, pidFile, removeAfter } = JSON.parse(
  process.argv[2],
);

// A group of its own, so that Ctrl-C in a terminal reaches the owner alone, who stops things in order.
const server = spawn(command, args, {
  cwd,
  uid,
  gid,
  detached: true,
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (pidFile && server.pid) fs.writeFileSync(pidFile, String(server.pid));

let stopping = false;

function stop() {
  if (stopping || !server.pid) return;
  stopping = true;
  server.kill(stopSignal);
  setTimeout(() => {
    try {
      process.kill(-server.pid, 'SIGKILL');
    } catch {
      // It went by itself in the same moment.
    }
  }, graceMs).unref();
}

function writtenPid() {
  try {
    return fs.readFileSync(pidFile, 'utf8');
  } catch {
    return undefined;
  }
}

function finish(code) {
  // The owner's successor may have written its own by now.
  if (pidFile && writtenPid() === String(server.pid)) fs.rmSync(pidFile, { force: true });
  if (removeAfter) fs.rmSync(removeAfter, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
}

server.on('error', (error) => {
  process.stderr.write(`${command} can't be started: ${error.message}\n`);
  finish(1);
});
server.on('exit', (code, signal) => {
  if (!stopping)
    process.stderr.write(`${command} ended by itself (${signal ?? `exit code ${code}`})\n`);
  finish(stopping ? 0 : 1);
});

process.stdin.resume();
process.stdin.on('end', stop);
process.stdin.on('error', stop);
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, stop);
