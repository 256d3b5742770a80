/** The printed label of a sleeve: a strip with its title, artist or year. */
import type { Bytes } from './bytes.ts';
import type { Scheme } from './scheme.ts';
import { fitted, rect, text } from './svg.ts';
import { emWidth, isWide } from './metrics.ts';

export interface Caption {
  title: string;
  artist: string;
  year: string;
}

const margin = 10;
const measure = 180;

/** The label that the next bytes choose; two in seven sleeves have none. */
export function label(bytes: Bytes, scheme: Scheme, caption: Caption): string {
  const kind = bytes.pick(['artist', 'artist', 'both', 'both', 'title', 'none', 'none'] as const);
  if (kind === 'none') return '';
  const [strip, ink] = stripColours(bytes, scheme);
  if (kind === 'artist') return artistStrip(strip, ink, caption);
  if (kind === 'both') return bothStrip(strip, ink, caption);
  return titleStrip(strip, ink, caption);
}

/** Artist at the start and year at the end of one line. */
export function artistAndYear({ artist, year }: Caption, y: number, size: number, ink: string, longest = 22): string {
  const room = measure - 40;
  return line(cut(artist, longest), y, size, ink, room) + text(year, margin + measure, y, size, ink, ' text-anchor="end"');
}

/** At most so many characters as a reader counts them, where a full-width one counts as two. */
export function cut(title: string, longest = 22): string {
  if (title.length <= longest && !/[\u1100-\uffff]/.test(title)) return title;
  let count = 0;
  let end = 0;
  for (const grapheme of graphemes(title)) {
    count += isWide(grapheme) ? 2 : 1;
    if (count > longest) return `${title.slice(0, end).trimEnd()}…`;
    end += grapheme.length;
  }
  return title;
}

/** A strip as dark or as light as its ground, one in three times the other way round: [strip, ink]. */
function stripColours(bytes: Bytes, { palette, groundRole }: Scheme): readonly [string, string] {
  const dark = groundRole === 'dark' || groundRole === 'vivid';
  const against = bytes.below(3) === 0;
  return dark === against ? [palette.light, palette.dark] : [palette.dark, palette.light];
}

function artistStrip(strip: string, ink: string, caption: Caption): string {
  return rect(strip, 0, 0, 200, 26) + artistAndYear(caption, 17, 11, ink);
}

function bothStrip(strip: string, ink: string, { title, artist }: Caption): string {
  const below = line(cut(artist), 190, 10, ink, measure, ' font-weight="500"');
  return rect(strip, 0, 156, 200, 44) + line(cut(title), 175, 15, ink) + below;
}

function titleStrip(strip: string, ink: string, caption: Caption): string {
  const title = cut(caption.title);
  const size = emWidth(title) * 20 <= measure ? 20 : 15;
  return rect(strip, 0, 0, 200, 40) + line(title, 26, size, ink);
}

function line(content: string, y: number, size: number, ink: string, room = measure, more = ''): string {
  return text(content, margin, y, size, ink, more + (emWidth(content) * size > room ? fitted(room) : ''));
}

const segmenter = new Intl.Segmenter('en');

// Cutting by grapheme costs more than all the drawing; most titles have one character per code unit.
function* graphemes(title: string): Iterable<string> {
  if (/^[ -\u02ff\u2010-\u2027]*$/.test(title)) yield* title;
  else for (const { segment } of segmenter.segment(title)) yield segment;
}
