import { randomBytes } from 'node:crypto';
import { Client, type Connection } from '@temporalio/client';
import type { Duration } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { eventually } from './eventually';
import { sharedConnection } from './process/temporal';
import { testServers } from './test-servers';

export interface TestTemporal {
  address: string;
  namespace: string;
  client: Client;
  connection: Connection;
  /** Unique, so that files that share the server don't take each other's tasks. */
  taskQueue: string;
  workflowBundle: { codePath: string };
}

export function uniqueTaskQueue(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}

/** Registers a namespace of its own on the run's Temporal server, and waits until it is known. */
export async function newNamespace(prefix: string, retention: Duration = '1 day'): Promise<string> {
  const namespace = `${prefix}-${randomBytes(6).toString('hex')}`;
  const { workflowService } = await sharedConnection(testServers().temporal.address);
  await workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs(retention),
  });
  await eventually(async () => {
    const found = await workflowService.describeNamespace({ namespace }).catch(() => undefined);
    return found !== undefined;
  });
  return namespace;
}

/** The run's Temporal server, by this test process's one connection to it. */
export async function testTemporal(
  namespace = testServers().temporal.namespace,
): Promise<TestTemporal> {
  const { temporal, workflowBundlePath } = testServers();
  const connection = await sharedConnection(temporal.address);
  return {
    address: temporal.address,
    namespace,
    client: new Client({ connection, namespace }),
    connection,
    taskQueue: uniqueTaskQueue(),
    workflowBundle: { codePath: workflowBundlePath },
  };
}
