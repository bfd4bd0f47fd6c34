import { randomBytes } from 'node:crypto';
import { msToTs } from '@temporalio/common/lib/time';
import { testTemporal } from '../support/temporal';

/** A baseline's workflow ids are always the same ones, so whoever starts them does so in a namespace of its own. */
export async function ownNamespace(): Promise<string> {
  const namespace = `baseline-${randomBytes(6).toString('hex')}`;
  const temporal = await testTemporal();
  try {
    const workflowExecutionRetentionPeriod = msToTs('1 day');
    await temporal.connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
    return namespace;
  } finally {
    await temporal.close();
  }
}
