'use strict';

// Runs one server for as long as its owner lives. Standard input is a pipe from the owner, which
// closes when the owner ends, also by SIGKILL. Then the guard stops the server and removes
// throw-away data. It is plain JavaScript, because it is started as a file from the sources and
// from dist alike.

const { spawn } = require('node:child_process');
const fs = require('node:fs');

const { command, args, cwd, uid, gid, stopSignal, graceMs, pidFile, removeAfter } = JSON.parse(
  process.argv[2],
);

// Its files hold prompts and passwords, which no other user of the machine is to read.
process.umask(0o077);

// The server has a process group of its own, so that Ctrl-C reaches the owner alone, which stops
// its servers in order.
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
      // The server has just ended by itself.
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
  // A later owner's server may have written its number there by now.
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
