import { randomBytes } from 'node:crypto';
import { msToTs } from '@temporalio/common/lib/time';
import { testTemporal } from '../support/temporal';

/** A new namespace, because a baseline's workflow ids are always the same. */
export async function ownNamespace(): Promise<string> {
  const namespace = `baseline-${randomBytes(6).toString('hex')}`;
  const { connection } = await testTemporal();
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod,
  });
  return namespace;
}
