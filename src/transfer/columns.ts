/**
 * Which column of a file holds which field: by the names that real files use, whatever their case and
 * punctuation, or as the user says. Nothing is guessed where two columns would do.
 */
import { type FieldErrors, invalid } from '../errors.ts';
import { normalized } from '../schema/normalized.ts';
import { type ColumnField, columnFields } from './source.ts';

/** Column names by field, as the user says; an empty name means that no column is to be taken. */
export type ColumnMap = Partial<Record<ColumnField, string>>;

/** Where each field is, counted from 0. */
export type Columns = Partial<Record<ColumnField, number>>;

type Known = { label: string; isRequired: boolean; names: string[][] };

/**
 * Known names, without case and punctuation. Those of the first group that is found are taken: an
 * album's own artist goes before the artist of a track, a whole date before a year.
 */
const KNOWN: Record<ColumnField, Known> = {
  name: {
    label: 'album name',
    isRequired: true,
    names: [['name', 'album', 'albumname', 'albumtitle', 'trackalbumname']],
  },
  artist: {
    label: 'artist',
    isRequired: true,
    names: [['albumartist', 'albumartists', 'albumartistname', 'albumartistnames'], ['artist', 'artists', 'artistname', 'artistnames', 'artistsname', 'trackartist', 'trackartists']],
  },
  year_released: {
    label: 'release date',
    isRequired: true,
    names: [['yearreleased'], ['releasedate', 'releaseddate', 'albumreleasedate', 'trackalbumreleasedate'], ['year', 'date', 'released', 'releaseyear', 'releasedyear']],
  },
  song_name: {
    label: 'song name',
    isRequired: false,
    names: [['songname'], ['song', 'songtitle', 'track', 'trackname', 'tracktitle', 'title']],
  },
  num_streams: {
    label: 'streams',
    isRequired: false,
    names: [['numstreams'], ['streams', 'spotifystreams', 'streamcount']],
  },
};

const MOST_LISTED = 40;
const LONGEST_LISTED = 40;

/**
 * Finds the column of each field.
 * @param header the names of the columns, as the file has them
 * @param map what the user has said
 * @param flag what stands before `field=COLUMN` where the user says it, such as `--map `
 * @throws InvalidInput with one sentence that lists the columns when one is missing or could be several
 */
export function matchColumns(header: readonly string[], map: ColumnMap = {}, flag = ''): Columns {
  const columns = mapped(header, map, flag);
  const said = new Set(Object.values(columns));
  const faults: FieldErrors = {};
  for (const field of columnFields) {
    if (field in map) continue;
    const found = candidates(header, field, said);
    const { label, isRequired } = KNOWN[field];
    if (found.length > 1) faults[field] = `several columns could be the ${label} (${listed(found.map((index) => header[index] as string))})`;
    else if (found[0] !== undefined) columns[field] = found[0];
    else if (isRequired) faults[field] = `no column is known as the ${label}`;
  }
  const [first] = Object.keys(faults);
  if (first === undefined) return columns;
  const how = `name the right column, as in ${flag}${first}=COLUMN`;
  throw invalid({ file: `${capitalized(Object.values(faults).join(', '))}: ${how}; the file has ${listed(header)}.` });
}

/**
 * Reads texts such as `song_name=track_name`.
 * @throws InvalidInput when one isn't a field and a column, or a field comes twice
 */
export function columnMap(texts: readonly string[]): ColumnMap {
  const map: ColumnMap = {};
  for (const text of texts) {
    const [field = '', ...rest] = text.split('=');
    if (rest.length === 0) throw invalid({ map: `"${text}" is no mapping. Write a field, "=" and a column, like song_name=track_name.` });
    if (!isColumnField(field)) throw invalid({ map: `There is no field "${field}". The fields are ${columnFields.join(', ')}.` });
    if (field in map) throw invalid({ map: `The field ${field} is mapped twice.` });
    map[field] = rest.join('=');
  }
  return map;
}

function mapped(header: readonly string[], map: ColumnMap, flag: string): Columns {
  const columns: Columns = {};
  for (const [field, name] of Object.entries(map) as [ColumnField, string][]) {
    if (name === '') {
      if (KNOWN[field].isRequired) throw invalid({ map: `The ${KNOWN[field].label} needs a column: write ${flag}${field}=COLUMN.` });
      continue;
    }
    const exact = indexesOf(header, (column) => column === name);
    const found = exact.length > 0 ? exact : indexesOf(header, (column) => bare(column) === bare(name));
    if (found.length === 0) throw invalid({ map: `The file has no column "${name}" for ${field}; it has ${listed(header)}.` });
    if (found.length > 1) throw invalid({ map: `The file has ${found.length} columns "${name}", so ${field} can’t be taken from it: rename one of them.` });
    columns[field] = found[0] as number;
  }
  return columns;
}

/** Columns that the user has given to a field are not taken for another. */
function candidates(header: readonly string[], field: ColumnField, said: ReadonlySet<number>): number[] {
  for (const names of KNOWN[field].names) {
    const found = indexesOf(header, (column) => names.includes(bare(column))).filter((index) => !said.has(index));
    if (found.length > 0) return found;
  }
  return [];
}

function indexesOf(header: readonly string[], fits: (column: string) => boolean): number[] {
  return header.flatMap((column, index) => (fits(column) ? [index] : []));
}

/** `Track Album-Name` and `track_album_name` are the same name. */
function bare(name: string): string {
  return normalized(name, 'NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Column names in a sentence, whatever stands in the file. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).map((name) => {
    const clean = name.replace(/[\p{C}\s]+/gu, ' ').trim();
    return clean === '' ? '(a column without a name)' : clean.length > LONGEST_LISTED ? `${clean.slice(0, LONGEST_LISTED)}…` : clean;
  });
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function isColumnField(text: string): text is ColumnField {
  return (columnFields as readonly string[]).includes(text);
}
