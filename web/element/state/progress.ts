import type { Api } from '../api/http-api';
import type { Generation } from '../api/types';

/** What a running generation's provider has told, and when. */
export type Progress = Required<Pick<Generation, 'progress' | 'progressAt'>>;

/** Between two looks. About a progress there are no events. */
const LOOK_MS = 5_000;
/** Of more running generations than these, the progress of the first ones is shown. */
const LOOKS_MAX = 3;

/** Keeps the progress of running generations current, for as long as some run and are seen. */
export class ProgressReader {
  readonly #api: Api;
  readonly #changed: () => void;
  #running: string[] = [];
  #known: ReadonlyMap<string, Progress> = new Map();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #life = new AbortController();

  constructor(api: Api, changed: () => void) {
    this.#api = api;
    this.#changed = changed;
  }

  of(requestId: string): Progress | undefined {
    return this.#known.get(requestId);
  }

  /** Looks at these; at new ones at once. */
  follow(open: Generation[]): void {
    const running = open
      .filter(({ status }) => status === 'running')
      .map(({ requestId }) => requestId)
      .slice(0, LOOKS_MAX);
    const hasNew = running.some((requestId) => !this.#running.includes(requestId));
    this.#running = running;
    if (hasNew || running.length === 0) this.#lookIn(0);
  }

  stop(): void {
    this.#life.abort();
    this.#life = new AbortController();
    clearTimeout(this.#timer);
    this.#running = [];
    this.#known = new Map();
  }

  #lookIn(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#running.length > 0)
      this.#timer = setTimeout(() => void this.#look(this.#life.signal), delayMs);
  }

  async #look(signal: AbortSignal): Promise<void> {
    if (!document.hidden) {
      const looks = await Promise.allSettled(
        this.#running.map((id) =>
          this.#api.get<Generation>(`/generations/${encodeURIComponent(id)}`),
        ),
      );
      if (signal.aborted) return;
      // A failed look is followed by another one; the banner tells of a connection that is lost.
      const found = looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []));
      const known = new Map([...this.#known, ...found.map((one) => [one.requestId, one] as const)]);
      this.#known = new Map([...known].filter(([requestId]) => this.#running.includes(requestId)));
      this.#changed();
    }
    this.#lookIn(LOOK_MS);
  }
}
