import { randomBytes } from 'node:crypto';
import { Client, type Connection } from '@temporalio/client';
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
