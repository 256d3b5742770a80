/**
 * Dates as files write them. A day, a month and a year are read as the standard writes them
 * (1985-09-16, 1985-09, 1985); any other order only when somebody has said which, for the whole file.
 */
import { invalid } from '../errors.ts';
import { trimmed } from '../schema/parse.ts';

type Part = 'year' | 'month' | 'day';

/** A way of writing dates, made by `dateFormat`. */
export type DateFormat = { shape: RegExp; parts: Part[] };

const PARTS: Record<string, { part: Part; digits: string }> = {
  YYYY: { part: 'year', digits: '(\\d{4})' },
  MM: { part: 'month', digits: '(\\d{2})' },
  M: { part: 'month', digits: '(\\d{1,2})' },
  DD: { part: 'day', digits: '(\\d{2})' },
  D: { part: 'day', digits: '(\\d{1,2})' },
};
const TOKENS = /YYYY|MM?|DD?/g;

const STANDARD = ['YYYY-MM-DD', 'YYYY-MM', 'YYYY'].map(formatOf) as DateFormat[];

/**
 * Reads a format such as `M/D/YYYY`, `D.M.YYYY` or `YYYYMMDD`.
 * @throws InvalidInput when it isn't made of YYYY, M or MM, D or DD and separators
 */
export function dateFormat(text: string): DateFormat {
  const format = formatOf(trimmed(text).toUpperCase());
  if (format) return format;
  throw invalid({ year_released: `"${text}" is no date format. Build one of YYYY, M or MM, D or DD and separators, like M/D/YYYY, D.M.YYYY or YYYY/MM.` });
}

/**
 * A date as YYYY-MM-DD: a month is its first day, a year its 1 January. What is written in no known way
 * comes back as it is, for `parse` to refuse.
 */
export function readDate(text: string, format?: DateFormat): string {
  const written = trimmed(text);
  for (const { shape, parts } of format ? [format, ...STANDARD] : STANDARD) {
    const found = shape.exec(written);
    // A text of the right shape is never tried in another: 2020-13-02 is wrong, not the 13th of February.
    if (found) return standard(parts, found.slice(1));
  }
  return written;
}

function formatOf(text: string): DateFormat | undefined {
  const tokens = text.match(TOKENS) ?? [];
  const parts = tokens.map((token) => PARTS[token]?.part as Part);
  const separators = text.split(TOKENS);
  const isClear = tokens.every((token, index) => separators[index + 1] !== '' || index === tokens.length - 1 || (token.length > 1 && (tokens[index + 1]?.length ?? 0) > 1));
  const isWhole = parts.includes('year') && new Set(parts).size === parts.length && (parts.includes('month') || !parts.includes('day'));
  if (!isClear || !isWhole || /[\p{L}\p{N}]/u.test(separators.join('').replace(/[年月日]/gu, ''))) return undefined;
  const shape = tokens.map((token, index) => escaped(separators[index] as string) + PARTS[token]?.digits).join('') + escaped(separators.at(-1) as string);
  return { shape: new RegExp(`^${shape}$`), parts };
}

function standard(parts: Part[], found: string[]): string {
  const of = (part: Part): string => (found[parts.indexOf(part)] ?? '1').padStart(2, '0');
  return `${of('year')}-${of('month')}-${of('day')}`;
}

function escaped(separator: string): string {
  return separator.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
