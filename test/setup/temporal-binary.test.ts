import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findTemporalBinary } from '../../scripts/stack/temporal-binary';
import { program, silent, unreachable } from './fake-programs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-finder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function environment(): NodeJS.ProcessEnv {
  return { PATH: path.join(folder, 'path'), XDG_CACHE_HOME: path.join(folder, 'cache') };
}

describe('the search for a Temporal server', () => {
  it('takes the one on PATH first', async () => {
    const onPath = program(path.join(folder, 'path', 'temporal'), 'exit 0');
    expect(await findTemporalBinary(silent, { env: environment(), download: unreachable })).toBe(
      onPath,
    );
  });

  it('takes an earlier result in the cache folder next', async () => {
    const cached = program(
      path.join(folder, 'cache', 'holdfast', 'bin', 'temporal-1.5.1'),
      'exit 0',
    );
    expect(await findTemporalBinary(silent, { env: environment(), download: unreachable })).toBe(
      cached,
    );
  });

  it('never takes a download that another process is still writing', async () => {
    program(
      path.join(folder, 'cache', 'holdfast', 'bin', 'temporal-sdk-typescript-9.9.9.downloading'),
      'exit 0',
    );
    await expect(
      findTemporalBinary(silent, { env: environment(), download: unreachable }),
    ).rejects.toThrow(/go/);
  });

  it('takes what the SDK downloads next', async () => {
    const download = async (to: string): Promise<void> => {
      program(path.join(to, 'temporal-sdk-typescript-9.9.9'), 'exit 0');
    };
    const found = await findTemporalBinary(silent, { env: environment(), download });
    expect(path.basename(found)).toBe('temporal-sdk-typescript-9.9.9');
  });

  it('takes what Go builds last, and says how long that takes', async () => {
    program(
      path.join(folder, 'path', 'go'),
      '/bin/mkdir -p "$GOBIN" && echo built > "$GOBIN/temporal"',
    );
    const lines: string[] = [];
    const found = await findTemporalBinary((line) => lines.push(line), {
      env: environment(),
      download: unreachable,
    });
    expect(found).toBe(path.join(folder, 'cache', 'holdfast', 'bin', 'temporal-1.5.1'));
    expect(lines.at(-1)).toContain('about 6 minutes');
  });

  it('names all four ways when none works', async () => {
    program(path.join(folder, 'path', 'go'), 'echo "no module proxy" >&2; exit 1');
    const failure = findTemporalBinary(silent, { env: environment(), download: unreachable });
    await expect(failure).rejects.toThrow(/TEMPORAL_ADDRESS/);
    await expect(failure).rejects.toThrow(/`temporal` is on PATH/);
    await expect(failure).rejects.toThrow(/the host can’t be reached/);
    await expect(failure).rejects.toThrow(/go install github\.com.*no module proxy/);
  });

  it('names all four ways without Go, too', async () => {
    const failure = findTemporalBinary(silent, { env: environment(), download: unreachable });
    await expect(failure).rejects.toThrow(/TEMPORAL_ADDRESS.*there is no `go` on PATH/s);
  });
});
