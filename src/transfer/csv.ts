/**
 * Separated values, read as a stream: characters in, records out, each with the physical line on which
 * it begins. Strict where a guess could change a value, and never holding more than one record.
 */
import { invalid } from '../errors.ts';
import { trimmed } from '../schema/parse.ts';

/** A row of the file. With `fault`, what is wrong with its form, it is none to be read. */
export type CsvRecord = { line: number; fields: string[]; fault?: string };

export type Delimiter = ',' | ';' | '\t';

/** The header, and after it the records, each with as many fields as the header or with a fault. */
export type Csv = { header: string[]; delimiter: Delimiter; records: AsyncIterable<CsvRecord> };

const DELIMITERS: Delimiter[] = [',', ';', '\t'];

/** A longer record is a missing quote or no CSV at all; it would fill the memory. */
const LONGEST_RECORD = 1_000_000;

/** Characters that no header has; tab and line breaks are not among them. */
const NO_TEXT = /[\0-\x08\x0e-\x1f\x7f\ufffe\uffff]/;

const QUOTE = 34;
const LINE_FEED = 10;
const RETURN = 13;

/**
 * Reads the header and finds the delimiter by it: whichever of comma, semicolon and tab is there most.
 * @throws InvalidInput when there is no header, the file is no text, or a quote is never closed; the
 * last also while the records are read
 */
export async function readCsv(text: AsyncIterable<string>): Promise<Csv> {
  const pieces = text[Symbol.asyncIterator]();
  const head = await readHead(pieces);
  if (NO_TEXT.test(firstLineOf(head) ?? head)) {
    throw invalid({ file: 'The file is no CSV: its first line holds characters that no text has. Save the table as CSV, in UTF-8.' });
  }
  const delimiter = delimiterOf(firstLineOf(head) ?? head);
  const records = recordsOf(head, pieces, delimiter);
  const header = await records.next();
  if (header.done) throw invalid({ file: 'The file is empty. Its first line must name the columns.' });
  if (header.value.fault) throw invalid({ file: `The first line can’t be read: ${header.value.fault}` });
  return { header: header.value.fields, delimiter, records: judged(records, header.value.fields.length) };
}

/** Enough text to hold the first line that isn't blank. */
async function readHead(pieces: AsyncIterator<string>): Promise<string> {
  let head = '';
  while (firstLineOf(head) === undefined && head.length <= LONGEST_RECORD) {
    const piece = await pieces.next();
    if (piece.done) break;
    head += piece.value;
  }
  return head;
}

/** The first line that isn't blank, if it is complete; line breaks within quotes don't end it. */
function firstLineOf(text: string): string | undefined {
  const start = text.search(/[^\s]/);
  let isQuoted = false;
  for (let at = start; at >= 0 && at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isQuoted = !isQuoted;
    else if (!isQuoted && (code === LINE_FEED || code === RETURN)) return text.slice(start, at);
  }
  return undefined;
}

function delimiterOf(line: string): Delimiter {
  const outside = line.replace(/"[^"]*"/g, '');
  const uses = (delimiter: Delimiter): number => outside.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (uses(delimiter) > uses(best) ? delimiter : best));
}

async function* recordsOf(head: string, pieces: AsyncIterator<string>, delimiter: Delimiter): AsyncGenerator<CsvRecord> {
  const parser = new Parser(delimiter);
  yield* parser.push(head);
  for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) yield* parser.push(piece.value);
  yield* parser.end();
}

async function* judged(records: AsyncIterable<CsvRecord>, width: number): AsyncGenerator<CsvRecord> {
  for await (const record of records) {
    const { length } = record.fields;
    if (!record.fault && length !== width) record.fault = `The row has ${length} ${length === 1 ? 'field' : 'fields'}, the header has ${width}.`;
    yield record;
  }
}

type Place = 'field start' | 'plain' | 'quoted' | 'after quote';

/** Takes text in pieces of any size and gives the records that are complete. */
class Parser {
  readonly #delimiter: number;
  #place: Place = 'field start';
  #fields: string[] = [];
  /** What earlier pieces hold of the field. */
  #field = '';
  #fault: string | undefined;
  #wasQuoted = false;
  #previous = 0;
  #line = 1;
  #recordLine = 1;
  #quoteLine = 1;
  #recordLength = 0;

  constructor(delimiter: Delimiter) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  push(text: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    let from = 0;
    let recordFrom = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      const isBreak = code === LINE_FEED || code === RETURN;
      const endsPair = code === LINE_FEED && this.#previous === RETURN;
      if (isBreak && !endsPair) this.#line += 1;
      this.#previous = code;

      if (this.#place === 'quoted') {
        if (code === QUOTE) {
          this.#field += text.slice(from, at);
          this.#place = 'after quote';
        }
        continue;
      }
      if (this.#place === 'after quote') {
        if (code === QUOTE) {
          from = at;
          this.#place = 'quoted';
          continue;
        }
        from = at;
        this.#place = 'plain';
        if (!isBreak && code !== this.#delimiter) this.#fault = 'Text follows a closing quote. Write each quote inside a quoted field twice.';
      }
      if (this.#place === 'field start' && code === QUOTE) {
        from = at + 1;
        this.#place = 'quoted';
        this.#wasQuoted = true;
        this.#quoteLine = this.#line;
      } else if (code === this.#delimiter) {
        this.#endField(text.slice(from, at));
        from = at + 1;
      } else if (isBreak) {
        const record = endsPair ? undefined : this.#endRecord(text.slice(from, at));
        if (record) records.push(record);
        from = at + 1;
        recordFrom = from;
        this.#recordLine = this.#line;
        this.#recordLength = 0;
      } else {
        this.#place = 'plain';
      }
    }
    if (this.#place === 'plain' || this.#place === 'quoted') this.#field += text.slice(from);
    this.#recordLength += text.length - recordFrom;
    if (this.#recordLength > LONGEST_RECORD) throw invalid({ file: this.#tooLong() });
    return records;
  }

  end(): CsvRecord[] {
    if (this.#place === 'quoted') throw invalid({ file: `The quote that opens on line ${this.#quoteLine} is never closed.` });
    const record = this.#endRecord('');
    return record ? [record] : [];
  }

  #endField(rest: string): void {
    this.#fields.push(this.#field + rest);
    this.#field = '';
    this.#place = 'field start';
  }

  /** A line with nothing on it is no record. */
  #endRecord(rest: string): CsvRecord | undefined {
    this.#endField(rest);
    const record: CsvRecord = { line: this.#recordLine, fields: this.#fields };
    if (this.#fault) record.fault = this.#fault;
    const isBlank = record.fields.length === 1 && !this.#wasQuoted && trimmed(record.fields[0] as string) === '';
    this.#fields = [];
    this.#fault = undefined;
    this.#wasQuoted = false;
    return isBlank ? undefined : record;
  }

  #tooLong(): string {
    const limit = LONGEST_RECORD.toLocaleString('en');
    return this.#place === 'quoted'
      ? `The quote that opens on line ${this.#quoteLine} is not closed within ${limit} characters.`
      : `The row that begins on line ${this.#recordLine} is longer than ${limit} characters.`;
  }
}
