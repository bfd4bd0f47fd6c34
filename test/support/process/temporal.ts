import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, type LogLevel, type LogMetadata, NativeConnection, Runtime } from '@temporalio/worker';
import { testServers } from '../test-servers';
import './workflow-threads';

const PATIENT_MS = 60_000;
const HASTY_MS = 9_000;

/** But for what whoever has several task queues is told each time: that some of them have no workflows. */
class WarningLogger extends DefaultLogger {
  override log(level: LogLevel, message: string, meta?: LogMetadata): void {
    if (message.startsWith('No workflows registered')) return;
    super.log(level, message, meta);
  }
}

// Its core warns every worker of the time-skipping server, which is an old one. Ctrl-C ends a test process as ever.
Runtime.install({
  logger: new WarningLogger('WARN'),
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  shutdownSignals: [],
});

/** Of the Temporal server that the run has started, or that the environment names. */
function connectionOptions() {
  const given = loadClientConnectConfig().connectionOptions;
  return given.address ? given : { address: testServers().temporal.address };
}

/**
 * Whoever waits as long as Holdfast's client does unless told otherwise waits longer here: a machine with more to do than
 * this may take as long. Who says how long waits that long.
 */
export function patient(connection: Connection): Connection {
  const withDeadline = connection.withDeadline.bind(connection);
  connection.withDeadline = (deadline, call) => {
    const atMs = Number(deadline);
    return withDeadline(atMs - Date.now() < HASTY_MS ? atMs : Math.max(atMs, Date.now() + PATIENT_MS), call);
  };
  return connection;
}

let connection: Promise<Connection> | undefined;
let nativeConnection: Promise<NativeConnection> | undefined;

/** One for all test files of a process; it ends with the process. */
export function sharedConnection(): Promise<Connection> {
  connection ??= Connection.connect({ ...connectionOptions(), connectTimeout: PATIENT_MS }).then(patient);
  return connection;
}

/** The same for workers. */
export function sharedNativeConnection(): Promise<NativeConnection> {
  nativeConnection ??= NativeConnection.connect(connectionOptions());
  return nativeConnection;
}
