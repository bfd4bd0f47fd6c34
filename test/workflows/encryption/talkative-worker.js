'use strict';

// A worker as a product runs it, whose providers quote in every answer and error what they were
// given. Run with the built code.

const { runWorker } = require('../../../dist/worker/worker.js');
const {
  PermanentNotifierError,
  PermanentProviderError,
  TransientProviderError,
} = require('../../../dist/providers/providers.js');

const jobs = new Map();
let refusals = 0;

const generationProvider = {
  async submit({ idempotencyKey, input }) {
    if (input.how === 'refused')
      throw new PermanentProviderError(`refuses ${input.reason}`, `refuses ${input.prompt}`);
    if (input.how === 'flaky' && ++refusals <= 2)
      throw new TransientProviderError(`has no time for ${input.prompt}`);
    jobs.set(idempotencyKey, input);
  },
  async state(idempotencyKey) {
    const job = jobs.get(idempotencyKey);
    if (!job) return { state: 'unknown' };
    return { state: 'succeeded', outputUrl: job.outputUrl, durationMs: null };
  },
  async cancel() {},
};

const paymentProvider = {
  async charge({ paymentMethod }) {
    return { state: 'declined', paymentId: null, reason: `declines ${paymentMethod}` };
  },
  async state() {
    return { state: 'unknown' };
  },
  async void() {},
  async refund() {
    return { state: 'unknown' };
  },
};

const notifier = {
  async deliver(notice) {
    const { SECRET } = process.env;
    throw new PermanentNotifierError(`${SECRET} can't take ${JSON.stringify(notice)}`);
  },
};

runWorker({ generationProvider, paymentProvider, notifier }).then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
