import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, type LogLevel, NativeConnection, Runtime } from '@temporalio/worker';
import './process/workflow-threads';
import { testServers } from './test-servers';

export interface TestTemporal {
  address: string;
  namespace: string;
  client: Client;
  connection: Connection;
  nativeConnection: NativeConnection;
  /** Unique, so that the files that share the server don't take each other's tasks. */
  taskQueue: string;
  workflowBundle: { codePath: string };
  close(): Promise<void>;
}

export function uniqueTaskQueue(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}

let isRuntimeInstalled = false;

/** Once for a test file: a second call of the SDK's own would fail. */
export function installRuntime(coreLevel: LogLevel = 'WARN'): void {
  if (isRuntimeInstalled) return;
  isRuntimeInstalled = true;
  Runtime.install({
    logger: new DefaultLogger('WARN'),
    telemetryOptions: { logging: { filter: { core: coreLevel } } },
  });
}

/** Connections to the run's Temporal server. A test file opens them once and closes them after its workers. */
export async function testTemporal(namespace = testServers().temporal.namespace): Promise<TestTemporal> {
  installRuntime();
  const { temporal, workflowBundlePath } = testServers();
  const given = loadClientConnectConfig().connectionOptions;
  const options = given.address ? given : { address: temporal.address };
  const connection = await Connection.connect(options);
  const nativeConnection = await NativeConnection.connect(options);
  return {
    address: temporal.address,
    namespace,
    client: new Client({ connection, namespace }),
    connection,
    nativeConnection,
    taskQueue: uniqueTaskQueue(),
    workflowBundle: { codePath: workflowBundlePath },
    async close() {
      await nativeConnection.close();
      await connection.close();
    },
  };
}
