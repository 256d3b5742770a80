/** Images for tests: real ones, and ones that somebody might send to do harm. */
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** An image of two colours, left and right, in one of the kinds that are accepted, or in another. */
export function imageOf(kind: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff', { width = 600, height = 400 } = {}): Promise<Buffer> {
  const half = { create: { width: Math.ceil(width / 2), height, channels: 3, background: '#1144aa' } } as const;
  return sharp({ create: { width, height, channels: 3, background: '#dd3311' } }).composite([{ input: half, left: 0, top: 0 }])[kind]().toBuffer();
}

/** A photograph that lies on its side and tells who took it and where. */
export async function photograph(): Promise<Buffer> {
  return sharp(await imageOf('jpeg')).jpeg().withExif({ IFD0: { Artist: 'Somebody Private' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } }).withMetadata({ orientation: 6 }).toBuffer();
}

/** A PNG of a few kilobytes whose pixels would fill more than a hundred megabytes, or as many as the numbers say. */
export function bomb(width = 30_000, height = 30_000): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const pixels = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}
