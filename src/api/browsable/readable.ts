/** JSON as people read it: pieces of text, some of them links. */

export type Piece = { text: string; href?: string; isKey?: boolean };
/** Where a value leads: a text that is an address, or the id of something, by its key and the key of what holds it. */
export type LinkOf = (value: string | number, key: string, within: string) => string | undefined;

/** A page shows about so many characters of an answer. */
export const MOST_SHOWN = 200 * 1024;

/**
 * The value with line breaks and links. A list stops before it is too long to read.
 * @returns `hidden`: how many rows of the longest list were left out
 */
export function readable(value: unknown, linkOf: LinkOf): { pieces: Piece[]; hidden: number } {
  const writer = new Writer(linkOf);
  writer.write(value, '', '', '');
  return { pieces: writer.pieces, hidden: writer.hidden };
}

class Writer {
  readonly pieces: Piece[] = [];
  hidden = 0;
  #length = 0;
  readonly #linkOf: LinkOf;

  constructor(linkOf: LinkOf) {
    this.#linkOf = linkOf;
  }

  write(value: unknown, key: string, within: string, margin: string): void {
    if (Array.isArray(value)) this.#list(value, key, within, margin);
    else if (typeof value === 'object' && value !== null) this.#object(value as Record<string, unknown>, key || within, margin);
    else {
      const href = typeof value === 'string' || typeof value === 'number' ? this.#linkOf(value, key, within) : undefined;
      this.#add(JSON.stringify(value) ?? 'null', href === undefined ? {} : { href });
    }
  }

  #list(list: unknown[], key: string, within: string, margin: string): void {
    this.#add('[');
    for (const [index, item] of list.entries()) {
      if (this.#length > MOST_SHOWN) {
        this.hidden = Math.max(this.hidden, list.length - index);
        this.#add(`\n${margin}  …`);
        break;
      }
      this.#add(`${index > 0 ? ',' : ''}\n${margin}  `);
      this.write(item, key, within, `${margin}  `);
    }
    this.#add(list.length === 0 ? ']' : `\n${margin}]`);
  }

  #object(object: Record<string, unknown>, within: string, margin: string): void {
    const entries = Object.entries(object).filter(([, value]) => value !== undefined);
    this.#add('{');
    for (const [index, [key, value]] of entries.entries()) {
      this.#add(`${index > 0 ? ',' : ''}\n${margin}  `);
      this.#add(JSON.stringify(key), { isKey: true });
      this.#add(': ');
      this.write(value, key, within, `${margin}  `);
    }
    this.#add(entries.length === 0 ? '}' : `\n${margin}}`);
  }

  #add(text: string, kind: Omit<Piece, 'text'> = {}): void {
    this.#length += text.length;
    const last = this.pieces.at(-1);
    const isPlain = kind.href === undefined && !kind.isKey;
    if (isPlain && last && last.href === undefined && !last.isKey) last.text += text;
    else this.pieces.push({ text, ...kind });
  }
}
