/** Loaded into each process of a crash run: it ends when the run has gone, also by a SIGKILL. */

const owner = process.ppid;

setInterval(() => {
  if (process.ppid !== owner) process.exit(1);
}, 1_000).unref();
