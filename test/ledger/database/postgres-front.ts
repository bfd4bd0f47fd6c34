import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { TLSSocket } from 'node:tls';
import { testServers } from '../../support/test-servers';

const SSL_REQUEST = 80_877_103;

/** What PgBouncer takes by default; it refuses any other parameter. */
const TAKEN_BY_POOLERS = new Set([
  ...['user', 'database', 'client_encoding', 'datestyle', 'timezone'],
  ...['standard_conforming_strings', 'application_name'],
]);

export const certificateFile = (name: string) => path.join(__dirname, 'certificates', name);

export interface FrontOptions {
  /** The certificate that it shows; without one it offers no TLS. */
  certificate?: 'server.pem' | 'expired.pem';
  /** Refuses a connection without TLS, as `hostssl` in pg_hba.conf does. */
  encryptedOnly?: boolean;
  /** Refuses parameters of a connection's start, in PgBouncer's words. */
  refusesParameters?: boolean;
}

/** What stands between a client and the tests' Postgres: TLS, or the first words of a pooler. */
export class PostgresFront {
  private constructor(
    private readonly server: Server,
    private readonly options: FrontOptions,
    private readonly sockets = new Set<Socket>(),
  ) {
    server.on('connection', (socket) => {
      this.#keep(socket);
      socket.once('data', (first) => this.#begin(socket, first));
    });
  }

  static async open(options: FrontOptions): Promise<PostgresFront> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PostgresFront(server, options);
  }

  /** The URL as it leads through here, with other parameters. */
  urlOf(databaseUrl: string, parameters: Record<string, string> = {}, host = 'localhost'): string {
    const url = new URL(databaseUrl);
    url.host = `${host}:${(this.server.address() as AddressInfo).port}`;
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.toString();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #keep(socket: Socket): void {
    this.sockets.add(socket);
    // A client that ends a connection is no failure of a test.
    socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
  }

  #begin(socket: Socket, first: Buffer): void {
    if (first.readInt32BE(4) !== SSL_REQUEST) this.#start(socket, first, false);
    else if (!this.options.certificate) {
      socket.once('data', (next) => this.#start(socket, next, false));
      socket.write('N');
    } else {
      const encrypted = new TLSSocket(socket, {
        isServer: true,
        key: readFileSync(certificateFile('server.key')),
        cert: readFileSync(certificateFile(this.options.certificate)),
      });
      this.#keep(encrypted);
      encrypted.once('data', (next) => this.#start(encrypted, next, true));
      socket.write('S');
    }
  }

  #start(socket: Socket, startup: Buffer, isEncrypted: boolean): void {
    const said = startup.toString('utf8', 8).split('\0');
    const refused = said
      .filter((name, index) => index % 2 === 0 && name !== '')
      .find((name) => !TAKEN_BY_POOLERS.has(name.toLowerCase()));
    if (this.options.encryptedOnly && !isEncrypted)
      socket.end(fatal('28000', 'no pg_hba.conf entry for host "127.0.0.1", no encryption'));
    else if (this.options.refusesParameters && refused)
      socket.end(fatal('08P01', `unsupported startup parameter: ${refused}`));
    else {
      const { hostname, port } = new URL(testServers().adminUrl);
      const postgres = connect(Number(port), hostname);
      this.#keep(postgres);
      postgres.write(startup);
      socket.pipe(postgres).pipe(socket);
    }
  }
}

/** An ErrorResponse of the protocol. */
function fatal(sqlState: string, message: string): Buffer {
  const body = Buffer.from(`SFATAL\0C${sqlState}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
