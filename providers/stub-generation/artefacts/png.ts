import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const RGB_8_BITS = [8, 2, 0, 0, 0];

/** A PNG file: a square that fades from one colour (red, green, blue: 0 to 255) to black. */
export function pngGradient([red, green, blue]: [number, number, number], pixels = 128): Buffer {
  const rows: Buffer[] = [];
  for (let y = 0; y < pixels; y++) {
    // Each row begins with its filter type, 0: none.
    const row = Buffer.alloc(1 + pixels * 3);
    for (let x = 0; x < pixels; x++) {
      const light = 1 - (x + y) / (2 * pixels);
      row.set([red * light, green * light, blue * light], 1 + x * 3);
    }
    rows.push(row);
  }
  const size = Buffer.alloc(8);
  size.writeUInt32BE(pixels, 0);
  size.writeUInt32BE(pixels, 4);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([size, Buffer.from(RGB_8_BITS)])),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
