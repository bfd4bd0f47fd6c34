import { createHash } from 'node:crypto';
import type { GenerationJob } from '../generation-provider';
import { pngGradient } from './artefacts/png';
import { svgClip } from './artefacts/svg';
import { wavTone } from './artefacts/wav';

/** The parameters of an artefact: its job's dimensions, and words in place of the input. */
export interface Scene extends Omit<GenerationJob, 'idempotencyKey' | 'kind' | 'input'> {
  caption: string;
}

interface StubKind {
  /** A job's length in multiples of the provider's `jobMs`. */
  pace: number;
  extension: 'wav' | 'png' | 'svg';
  render(scene: Scene): Buffer;
}

const KINDS: Record<string, StubKind> = {
  'text-to-speech': {
    pace: 0.5,
    extension: 'wav',
    render: ({ caption }) => wavTone(220 + 2 * byteOf(caption, 0), 1.5),
  },
  'text-to-image': {
    pace: 0.7,
    extension: 'png',
    render: ({ caption }) =>
      pngGradient([byteOf(caption, 0), byteOf(caption, 1), byteOf(caption, 2)]),
  },
  'ai-avatar': { pace: 1, extension: 'svg', render: (scene) => clip('AI Avatar', scene) },
  'text-to-video-bytedance': {
    pace: 1.3,
    extension: 'svg',
    render: (scene) => clip('Text to Video (ByteDance)', scene),
  },
  'text-to-video-veo3': {
    pace: 1.6,
    extension: 'svg',
    render: (scene) =>
      clip(`Text to Video (Veo3) ${scene.audio ? 'with' : 'without'} audio`, scene),
  },
};

export function findStubKind(name: string): StubKind | undefined {
  return Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
}

function clip(name: string, { caption, durationMs }: Scene): Buffer {
  const seconds = (durationMs ?? 1000) / 1000;
  return svgClip({
    title: `${name}, ${seconds} s`,
    caption,
    seconds,
    hue: (byteOf(caption, 0) * 360) >> 8,
  });
}

/** A byte that depends on the text alone: the same text always gets the same pitch or colour. */
export function byteOf(text: string, index: number): number {
  return createHash('sha256').update(text).digest().readUInt8(index);
}
