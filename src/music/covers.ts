/**
 * Uploaded covers: read once, cut square, and kept anew in fixed sizes, so that nothing of the file that
 * somebody sent, neither its bytes nor where it was photographed, ever reaches a visitor.
 */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Db } from '../db/db.ts';
import { invalid, type InvalidInput, notFound } from '../errors.ts';

/** A file is at most this long. */
export const MOST_COVER_BYTES = 10 * 1024 * 1024;
/** An image has at most so many pixels: a small file may hold one that fills all memory. */
const MOST_PIXELS = 50_000_000;
const WIDTHS = [96, 320, 640, 1280] as const;
/** What others show beside a link: all of them read JPEG. */
const SHARED_WIDTH = 1200;
/** Seconds for an image, however it is built. */
const PATIENCE = 30;

// One processor for an image; nothing kept between two; and only these kinds are ever read by the library.
sharp.concurrency(1);
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['Jpeg', 'Png', 'Webp', 'Heif'].map((kind) => `VipsForeignLoad${kind}Buffer`) });

let last: Promise<unknown> = Promise.resolve();

/**
 * Keeps a cover in all its sizes. The same file is kept once.
 * @returns its hash, by which albums name it
 * @throws InvalidInput ({ cover }) for a file that is too long, no image, damaged, or of another kind
 */
export async function storeCover(db: Db, bytes: Uint8Array): Promise<string> {
  if (bytes.length === 0) throw refused('The file is empty. Choose another one.');
  if (bytes.length > MOST_COVER_BYTES) throw refused('The file is larger than 10 MB. Choose a smaller one.');
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  if (await hasCover(db, hash)) return hash;
  refuseOtherKinds(bytes);
  // One at a time: an image takes up to 200 MB while it is read. And never inside a transaction, which others wait for.
  const files = last.then(() => filesOf(hash, bytes));
  last = files.catch(() => {});
  await keep(db, hash, await files);
  return hash;
}

/** Whether there is a cover of this hash. */
export async function hasCover(db: Db, hash: string): Promise<boolean> {
  return (await db.first('select 1 from covers where hash = :hash limit 1', { hash })) !== undefined;
}

/** A file of a cover by its name, such as `<hash>-320.webp`, or notFound. */
export async function coverFile(db: Db, file: string): Promise<Buffer> {
  const found = await db.first<{ content: Buffer }>('select content from covers where hash = :hash and file = :file', { hash: file.slice(0, 32), file });
  if (!found) throw notFound();
  return found.content;
}

type File = { file: string; content: Buffer };

async function filesOf(hash: string, bytes: Uint8Array): Promise<File[]> {
  const widest = Math.max(...WIDTHS);
  const square = await read(bytes, widest);
  const sized = (width: number) => sharp(square.data, { raw: square.info }).resize(width, width);
  const files: File[] = [];
  for (const width of WIDTHS) files.push({ file: `${hash}-${width}.webp`, content: await sized(width).webp({ quality: 82, smartSubsample: true }).toBuffer() });
  files.push({ file: `${hash}.jpg`, content: await sized(SHARED_WIDTH).jpeg({ quality: 82, progressive: true }).toBuffer() });
  return files;
}

/** The image upright, in the colours of the web, cut square around its middle, and nothing else of it. */
async function read(bytes: Uint8Array, width: number): Promise<{ data: Buffer; info: { width: number; height: number; channels: 1 | 2 | 3 | 4 } }> {
  try {
    const image = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' });
    const { format, compression } = await image.metadata();
    if (!['jpeg', 'png', 'webp'].includes(format) && compression !== 'av1') throw refused(OTHER_KIND);
    const { data, info } = await image.autoOrient().resize(width, width, { fit: 'cover' }).flatten({ background: '#fff' }).toColourspace('srgb').timeout({ seconds: PATIENCE }).raw().toBuffer({ resolveWithObject: true });
    return { data, info: { width: info.width, height: info.height, channels: info.channels } };
  } catch (error) {
    if (!(error instanceof Error) || 'fields' in error) throw error;
    if (/pixel limit/.test(error.message)) throw refused('The image has more than 50 million pixels. Choose one of at most 7,000 by 7,000.');
    if (/timeout/.test(error.message)) throw refused('The image takes too long to read. Choose a smaller one.');
    throw refused('The image is damaged: it could not be read to its end. Save it again, or choose another one.');
  }
}

/** A cover that no album shows any more stays: history may bring it back, and it is not much. */
async function keep(db: Db, hash: string, files: File[]): Promise<void> {
  await db.transaction(async (trx) => {
    for (const { file, content } of files) {
      await trx.run('insert into covers (hash, file, content) values (:hash, :file, :content) on conflict do nothing', { hash, file, content });
    }
  });
}

const OTHER_KIND = 'The image is of a kind that is not accepted. Choose a JPEG, PNG, WebP or AVIF image.';
/** How files of a kind begin. */
const ACCEPTED = [/^\xff\xd8\xff/, /^\x89PNG\r\n/, /^RIFF[\s\S]{4}WEBP/, /^[\s\S]{4}ftyp[\s\S]{0,64}avi[fs]/];
const OTHERS = [
  ['an SVG image', /^\s*(<\?xml[\s\S]*|<!--[\s\S]*|<!DOCTYPE svg[\s\S]*)?<svg[\s>]/i], ['a GIF image', /^GIF8/], ['a TIFF image', /^(II\*\0|MM\0\*)/], ['a HEIC image', /^[\s\S]{4}ftyp(hei|hev|mif|msf)/],
  ['a BMP image', /^BM[\s\S]{4}\0{4}/], ['a JPEG XL image', /^(\xff\x0a|\0{3}\x0cJXL )/], ['a PDF', /^%PDF/],
] as const;

/** Says in words what a file is that no reader of ours would take. */
function refuseOtherKinds(bytes: Uint8Array): void {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  if (ACCEPTED.some((beginning) => beginning.test(head))) return;
  const [kind] = OTHERS.find(([, beginning]) => beginning.test(head)) ?? [];
  throw refused(kind === undefined ? 'The file is not an image. Choose a JPEG, PNG, WebP or AVIF image.' : `The file is ${kind}. Choose a JPEG, PNG, WebP or AVIF image.`);
}

function refused(sentence: string): InvalidInput {
  return invalid({ cover: sentence });
}
