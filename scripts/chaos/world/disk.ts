import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, statfsSync } from 'node:fs';
import path from 'node:path';

/** The disk of the folder into which the stub providers write. */
export interface Disk {
  /** How it is filled; undefined where this machine lets nothing be done. */
  readonly how: 'small disk' | 'unwritable folder' | undefined;
  fill(): void;
  free(): void;
  close(): void;
}

const ROOM = '2g';

function mount(...args: string[]): boolean {
  return spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
}

/** A disk in memory, which is full as soon as it is made as small as what it holds. */
function smallDisk(folder: string): Disk {
  return {
    how: 'small disk',
    fill() {
      for (let attempt = 1; attempt <= 20; attempt += 1) {
        const { blocks, bfree, bsize } = statfsSync(folder);
        const used = Math.max(1, blocks - bfree) * bsize;
        if (mount('-o', `remount,size=${used}`, folder)) return;
      }
      throw new Error(`${folder} can’t be made smaller.`);
    },
    free() {
      if (!mount('-o', `remount,size=${ROOM}`, folder))
        throw new Error(`${folder} can’t be made larger.`);
    },
    close() {
      spawnSync('umount', ['--lazy', folder], { stdio: 'ignore' });
    },
  };
}

function unwritableFolder(folder: string): Disk {
  const folders = [folder, path.join(folder, 'jobs'), path.join(folder, 'payments')];
  const allow = (mode: number) => {
    for (const each of folders) {
      mkdirSync(each, { recursive: true });
      chmodSync(each, mode);
    }
  };
  return {
    how: 'unwritable folder',
    fill: () => allow(0o500),
    free: () => allow(0o700),
    close: () => allow(0o700),
  };
}

/** Whom no mode of a folder stops, and who may mount nothing, has no disk that can be filled. */
export function openDisk(folder: string): Disk {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (mount('-t', 'tmpfs', '-o', `size=${ROOM},mode=700`, 'holdfast-chaos', folder))
    return smallDisk(folder);
  if (process.getuid?.() !== 0) return unwritableFolder(folder);
  const nothing = () => {};
  return { how: undefined, fill: nothing, free: nothing, close: nothing };
}
