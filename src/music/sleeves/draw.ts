/** Draws the sleeve of a record without a cover: the same name and artist always give the same sleeve. */
import { arcs, stripes, sunburst, waves } from './bands.ts';
import { bauhaus } from './bauhaus.ts';
import { type Bytes, bytesOf } from './bytes.ts';
import { dots, quarters } from './grids.ts';
import { type Caption, label } from './label.ts';
import { imprint, lettering, linesOf } from './lettering.ts';
import { palettes } from './palettes.ts';
import { type Scheme, schemeOf } from './scheme.ts';
import { printable, rect } from './svg.ts';

export { palettes };

interface Titled {
  name: string;
  artist: string;
}

const patterns = [arcs, stripes, quarters, waves, dots, sunburst, bauhaus];

const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" preserveAspectRatio="xMidYMid slice"';
const font = ' font-family="Archivo, Helvetica, Arial, sans-serif" font-weight="800"';

/** The number of the palette of a record, 0 to 11: its page is printed in this ink. */
export function inkOf(record: Titled): number {
  return bytesOf(record).below(palettes.length);
}

/** The sleeve as an SVG document; small is for thumbnails under 72 pixels, without the small print. */
export function drawSleeve(
  record: Titled & { year_released: string },
  size: 'full' | 'small' = 'full',
): string {
  const bytes = bytesOf(record);
  const palette = palettes[bytes.below(palettes.length)]!;
  const pattern = patterns[bytes.below(patterns.length + 1)];
  const scheme = schemeOf(bytes, palette);
  const caption = captionOf(record);
  const drawing = pattern ? patterned(pattern, bytes, scheme, caption, size) : lettered(bytes, scheme, caption, size);
  return `${svg}${drawing.includes('<text') ? font : ''}>${rect(scheme.ground, 0, 0, 200, 200)}${drawing}</svg>`;
}

function captionOf(record: Titled & { year_released: string }): Caption {
  return {
    title: printable(record.name),
    artist: printable(record.artist),
    year: printable(record.year_released.slice(0, 4)),
  };
}

function patterned(
  pattern: (bytes: Bytes, scheme: Scheme) => string,
  bytes: Bytes,
  scheme: Scheme,
  caption: Caption,
  size: 'full' | 'small',
): string {
  return pattern(bytes, scheme) + (size === 'full' ? label(bytes, scheme, caption) : '');
}

function lettered(bytes: Bytes, scheme: Scheme, caption: Caption, size: 'full' | 'small'): string {
  const lines = linesOf(caption.title);
  if (lines === null) return patterned(bytes.pick(patterns), bytes, scheme, caption, size);
  return lettering(bytes, scheme, lines) + (size === 'full' ? imprint(scheme, caption) : '');
}
