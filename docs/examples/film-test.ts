import assert from 'node:assert/strict';
import { openTestHoldfast, type TestHoldfastOptions } from '../../testing/testing';

/** A test of a service that starts generations: two images can be paid for, the third can't. */
export async function aThirdImageIsRefused(options: TestHoldfastOptions): Promise<void> {
  const holdfast = await openTestHoldfast(options);
  try {
    await holdfast.fund('acme', 5);
    const image = { accountId: 'acme', kind: 'text-to-image', input: { prompt: 'A kelp forest' } };
    for (const requestId of ['first', 'second']) {
      await holdfast.client.generations.start({ ...image, requestId });
      const { status } = await holdfast.client.generations.result('acme', requestId);
      assert.equal(status, 'committed');
    }
    const third = await holdfast.client.generations.start({ ...image, requestId: 'third' });
    assert.equal(third.result?.status, 'rejected');
    assert.equal(third.result?.reason, 'INSUFFICIENT_CREDITS');
    assert.deepEqual(await holdfast.violations(), []);
  } finally {
    await holdfast.close();
  }
}
