/** The few pieces of SVG that sleeves are made of, as short as they can be written. */

/** A number with at most one decimal. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function path(fill: string, d: string): string {
  return `<path fill="${fill}" d="${d}"/>`;
}

export function rect(fill: string, x: number, y: number, width: number, height: number): string {
  return path(fill, `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`);
}

export function circle(fill: string, x: number, y: number, radius: number): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" fill="${fill}"/>`;
}

/** Turns a drawing around the middle of the sleeve. */
export function turned(degrees: number, drawing: string): string {
  return degrees === 0 ? drawing : `<g transform="rotate(${degrees} 100 100)">${drawing}</g>`;
}

export function text(content: string, x: number, y: number, size: number, fill: string, more = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${round(size)}" fill="${fill}"${more}>${escaped(content)}</text>`;
}

/** Makes a line exactly so wide, whichever font the reader's machine has. */
export function fitted(width: number): string {
  return ` textLength="${round(width)}" lengthAdjust="spacingAndGlyphs"`;
}

/** Text that XML 1.0 can hold: without the characters it forbids, blanks as single spaces. */
export function printable(raw: string): string {
  return raw
    .toWellFormed()
    .replace(/\s+/g, ' ')
    .replace(/[\u0000-\u001f\ufffe\uffff]/g, '')
    .trim();
}

const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&#39;' };

function escaped(content: string): string {
  return content.replace(/[<>&"']/g, (character) => entities[character]!);
}
