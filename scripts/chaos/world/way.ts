import { once } from 'node:events';
import {
  type AddressInfo,
  createServer,
  connect as dial,
  type Server,
  type Socket,
} from 'node:net';

/**
 * - `whole`: everything passes.
 * - `cut`: connections break, and no new one is made.
 * - `slow`: everything passes late.
 * - `silent`: nothing passes, and connections stay open.
 * - `deaf`: what is sent arrives, and the answers are lost.
 */
export type WayState = 'whole' | 'cut' | 'slow' | 'silent' | 'deaf';

const SLOW_MS = 300;

/** A way over TCP from one process to one server, which can be disturbed. */
export class Way {
  #state: WayState = 'whole';
  #sockets = new Set<Socket>();
  #targetPort: number;
  readonly #server: Server;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((near) => this.#join(near));
  }

  static async open(targetPort: number): Promise<Way> {
    const way = new Way(targetPort);
    way.#server.listen(0, '127.0.0.1');
    await once(way.#server, 'listening');
    return way;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The server has come up again on another port. */
  retarget(port: number): void {
    this.#targetPort = port;
  }

  disturb(state: Exclude<WayState, 'whole'>): void {
    this.#state = state;
    if (state === 'cut') this.#breakAll();
  }

  /** Breaks the connections that have lost something: their ends have to notice. */
  mend(): void {
    if (this.#state === 'silent' || this.#state === 'deaf') this.#breakAll();
    this.#state = 'whole';
  }

  async close(): Promise<void> {
    this.#state = 'cut';
    this.#breakAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near: Socket): void {
    if (this.#state === 'cut') {
      near.destroy();
      return;
    }
    const far = dial({ host: '127.0.0.1', port: this.#targetPort });
    for (const socket of [near, far]) socket.setNoDelay(true);
    this.#pass(near, far, false);
    this.#pass(far, near, true);
  }

  #pass(from: Socket, to: Socket, isAnswer: boolean): void {
    this.#sockets.add(from);
    // Bytes of a connection never overtake each other: what comes after late ones waits for them.
    let late = 0;
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.on('data', (chunk) => {
      if (this.#state === 'silent' || (this.#state === 'deaf' && isAnswer)) return;
      if (this.#state === 'slow' || late > 0) {
        late += 1;
        setTimeout(() => {
          late -= 1;
          to.write(chunk);
        }, SLOW_MS);
      } else if (!to.write(chunk)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
  }
}
