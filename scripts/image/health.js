#!/usr/bin/env node
'use strict';

// The image's health check: asks the process that the container runs, by its command. What ends by itself is healthy.

const fs = require('node:fs');

const { env } = process;

/** Where each long-running command answers; undefined where it doesn't. */
const ADDRESSES = {
  worker: env.HOLDFAST_HEALTH_PORT && `${env.HOLDFAST_HEALTH_PORT}/healthz`,
  web: `${env.HOLDFAST_WEB_PORT || 8080}/health/ready`,
};

async function check() {
  const words = fs.readFileSync('/proc/1/cmdline', 'utf8').split('\0');
  const command = words.find((word) => Object.hasOwn(ADDRESSES, word));
  const address = command && ADDRESSES[command];
  if (!address) return;
  const { ok, status } = await fetch(`http://127.0.0.1:${address}`);
  if (!ok) throw new Error(`${command} answers ${status}.`);
}

check().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
