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

const LONG_MS = 150_000;

/**
 * Leaves out the warning that a task queue has no workflows, which every worker with several queues
 * gets.
 */
class WarningLogger extends DefaultLogger {
  override log(level: LogLevel, message: string, meta?: LogMetadata): void {
    if (message.startsWith('No workflows registered')) return;
    super.log(level, message, meta);
  }
}

// The core warns every worker of the time-skipping server, which is an old one. Without shutdown
// signals Ctrl-C ends a test process as usual.
Runtime.install({
  logger: new WarningLogger('WARN'),
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  shutdownSignals: [],
});

/** The defaults of Holdfast's client: 3 s for a question, 10 s or more for a command. */
function isDefault(withinMs: number): boolean {
  return withinMs >= 9_000 || (withinMs > 2_500 && withinMs <= 3_000);
}

/**
 * Raises the deadlines of Holdfast's client from its defaults to some minutes, for a busy machine.
 * Others, which a test has set, stay as they are.
 */
export function withLongDeadlines(connection: Connection): Connection {
  const withDeadline = connection.withDeadline.bind(connection);
  connection.withDeadline = (deadline, call) => {
    const [atMs, nowMs] = [Number(deadline), Date.now()];
    const isRaised = isDefault(atMs - nowMs);
    return withDeadline(isRaised ? Math.max(atMs, nowMs + LONG_MS) : atMs, call);
  };
  return connection;
}

const connections = new Map<string, Promise<Connection>>();
const nativeConnections = new Map<string, Promise<NativeConnection>>();

/** The process's one connection to the server at this address. It ends with the process. */
export function sharedConnection(address: string): Promise<Connection> {
  return shared(connections, address, async (options) =>
    withLongDeadlines(await Connection.connect({ ...options, connectTimeout: LONG_MS })),
  );
}

/** The process's one connection for workers to the server at this address. */
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
