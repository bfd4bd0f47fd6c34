import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import {
  DefaultLogger,
  type LogLevel,
  type LogMetadata,
  NativeConnection,
  Runtime,
} from '@temporalio/worker';
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

/**
 * Whoever waits as long as Holdfast's client does unless told otherwise waits longer here: a machine with more to do than
 * this may take as long. Who says how long waits that long.
 */
export function patient(connection: Connection): Connection {
  const withDeadline = connection.withDeadline.bind(connection);
  connection.withDeadline = (deadline, call) => {
    const atMs = Number(deadline);
    return withDeadline(
      atMs - Date.now() < HASTY_MS ? atMs : Math.max(atMs, Date.now() + PATIENT_MS),
      call,
    );
  };
  return connection;
}

const connections = new Map<string, Promise<Connection>>();
const nativeConnections = new Map<string, Promise<NativeConnection>>();

/** One for all test files of a process that ask the server at this address; it ends with the process. */
export function sharedConnection(address: string): Promise<Connection> {
  return shared(connections, address, async (options) =>
    patient(await Connection.connect({ ...options, connectTimeout: PATIENT_MS })),
  );
}

/** The same for workers. */
export function sharedNativeConnection(address: string): Promise<NativeConnection> {
  return shared(nativeConnections, address, (options) => NativeConnection.connect(options));
}

type ConnectionOptions = ReturnType<typeof loadClientConnectConfig>['connectionOptions'];

function shared<T>(
  known: Map<string, Promise<T>>,
  address: string,
  connect: (options: ConnectionOptions) => Promise<T>,
): Promise<T> {
  const given = loadClientConnectConfig().connectionOptions;
  const connection = known.get(address) ?? connect(given.address === address ? given : { address });
  known.set(address, connection);
  return connection;
}
