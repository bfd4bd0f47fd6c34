const SAMPLES_PER_SECOND = 8_000;
const BYTES_PER_SAMPLE = 2;
/** The RIFF header, the format chunk and the header of the data chunk. */
const HEADER_BYTES = 44;

/** A WAV file with one tone that fades out: PCM, 16 bits, mono. */
export function wavTone(hertz: number, seconds: number): Buffer {
  const samples = Math.round(SAMPLES_PER_SECOND * seconds);
  const wav = Buffer.alloc(HEADER_BYTES + samples * BYTES_PER_SAMPLE);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  wav.writeUInt32LE(SAMPLES_PER_SECOND * BYTES_PER_SAMPLE, 28);
  wav.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  wav.writeUInt16LE(BYTES_PER_SAMPLE * 8, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(samples * BYTES_PER_SAMPLE, 40);
  for (let i = 0; i < samples; i++) {
    const loudness = 12_000 * (1 - i / samples);
    const sample = Math.round(loudness * Math.sin((2 * Math.PI * hertz * i) / SAMPLES_PER_SECOND));
    wav.writeInt16LE(sample, HEADER_BYTES + i * BYTES_PER_SAMPLE);
  }
  return wav;
}
