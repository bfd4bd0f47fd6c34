import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { crc32, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import type { GenerationJob } from '../../providers/generation-provider';
import { svgClip } from '../../providers/stub-generation/artefacts/svg';
import { createStubGenerationProvider } from '../../providers/stub-generation/stub-generation-provider';
import { makeTempFolder, removeTempFolders } from './temp-folder';

afterAll(removeTempFolders);

async function generate(overrides: Partial<GenerationJob>): Promise<Buffer> {
  let nowMs = 0;
  const provider = createStubGenerationProvider({
    outputDir: await makeTempFolder(),
    now: () => nowMs,
  });
  const job = {
    idempotencyKey: 'k',
    kind: '',
    durationMs: null,
    audio: false,
    input: null,
    ...overrides,
  };
  await provider.submit(job);
  nowMs += 60_000;
  const end = await provider.state(job.idempotencyKey);
  if (end.state !== 'succeeded') throw new Error(`The job is ${end.state}.`);
  return readFile(fileURLToPath(end.outputUrl));
}

/**
 * A strict reader of the XML that the stub writes; it throws on anything that isn't well-formed.
 */
function readXml(xml: string): { elements: string[]; text: string } {
  const token = /<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>|([^<&]+)|&(amp|lt|gt);/y;
  const open: string[] = [];
  const elements: string[] = [];
  let text = '';
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const found = token.exec(xml);
    if (!found) throw new Error(`Not well-formed at ${at}: ${xml.slice(at, at + 60)}`);
    const [, closing, name, , selfClosing, plain, entity] = found;
    if (name && closing) expect(open.pop()).toBe(name);
    else if (name) {
      elements.push(name);
      if (!selfClosing) open.push(name);
    } else text += plain ?? { amp: '&', lt: '<', gt: '>' }[entity as 'amp' | 'lt' | 'gt'];
  }
  expect(open).toEqual([]);
  return { elements, text };
}

it('text-to-speech is a WAV file with a second or two of sound', async () => {
  const wav = await generate({ kind: 'text-to-speech', input: { text: 'Hello' } });
  expect(wav.toString('latin1', 0, 4)).toBe('RIFF');
  expect(wav.readUInt32LE(4)).toBe(wav.length - 8);
  expect(wav.toString('latin1', 8, 16)).toBe('WAVEfmt ');
  const [format, channels] = [wav.readUInt16LE(20), wav.readUInt16LE(22)];
  const [sampleRate, byteRate] = [wav.readUInt32LE(24), wav.readUInt32LE(28)];
  const [blockBytes, sampleBits] = [wav.readUInt16LE(32), wav.readUInt16LE(34)];
  expect({ format, channels, sampleBits }).toEqual({ format: 1, channels: 1, sampleBits: 16 });
  expect(byteRate).toBe(sampleRate * blockBytes);
  expect(wav.toString('latin1', 36, 40)).toBe('data');
  expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
  expect(wav.readUInt32LE(40) / byteRate).toBe(1.5);
  expect(wav.subarray(44).some((byte) => byte !== 0)).toBe(true);
});

it('text-to-image is a PNG file whose colour depends on the prompt', async () => {
  const pixelsOf = async (prompt: string) => {
    const png = await generate({ kind: 'text-to-image', input: { prompt } });
    expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    const chunks: Record<string, Buffer> = {};
    for (let at = 8; at < png.length; ) {
      const bytes = png.readUInt32BE(at);
      const body = png.subarray(at + 4, at + 8 + bytes);
      expect(png.readUInt32BE(at + 8 + bytes)).toBe(crc32(body));
      chunks[body.toString('latin1', 0, 4)] = body.subarray(4);
      at += 12 + bytes;
    }
    expect(Object.keys(chunks)).toEqual(['IHDR', 'IDAT', 'IEND']);
    const [width, height] = [chunks.IHDR?.readUInt32BE(0) ?? 0, chunks.IHDR?.readUInt32BE(4) ?? 0];
    expect(chunks.IHDR?.subarray(8)).toEqual(Buffer.from([8, 2, 0, 0, 0]));
    const pixels = inflateSync(chunks.IDAT ?? Buffer.alloc(0));
    expect(pixels.length).toBe(height * (1 + width * 3));
    return pixels.toString('hex');
  };
  expect(await pixelsOf('a heron')).toBe(await pixelsOf('a heron'));
  expect(await pixelsOf('a heron')).not.toBe(await pixelsOf('a crane'));
});

it.each([
  ['ai-avatar', false, 'AI Avatar, 2.5 s'],
  ['text-to-video-bytedance', false, 'Text to Video (ByteDance), 2.5 s'],
  ['text-to-video-veo3', false, 'Text to Video (Veo3) without audio, 2.5 s'],
  ['text-to-video-veo3', true, 'Text to Video (Veo3) with audio, 2.5 s'],
])('%s (audio: %s) is an animated SVG that tells what it is', async (kind, audio, title) => {
  const svg = await generate({
    kind,
    audio,
    durationMs: 2500,
    input: { prompt: 'a <heron> & "kelp"' },
  });
  const { elements, text } = readXml(svg.toString());
  expect(elements[0]).toBe('svg');
  expect(elements).toContain('animate');
  expect(text).toContain(title);
  expect(text).toContain('a <heron> & "kelp"');
  expect(svg.toString()).toContain('dur="2.5s"');
});

it('any prompt at all gives well-formed XML', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (caption) => {
      const svg = svgClip({ title: caption, caption, seconds: 1, hue: 0 }).toString();
      expect(svg).not.toMatch(/[\u{FFFE}\u{FFFF}]|(?![\n])\p{Cc}/u);
      readXml(svg);
    }),
  );
  readXml(svgClip({ title: 'half a pair: \uD83D', caption: '', seconds: 1, hue: 0 }).toString());
});
