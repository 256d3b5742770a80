/** Names without their case, by which usernames and the names of groups are unique. */
import { normalized } from './normalized.ts';

/** Far longer than any name; a hostile text of marks would take seconds to normalise. */
const ABSURD = 2048;

/**
 * A name without its case and width: Unicode's full case folding between two compatibility normalisations
 * (Unicode Standard 17.0, section 3.13.5, D146), so that `straße` and `STRASSE` are one name. A text that
 * is far too long for a name comes back as it is.
 */
export function caseless(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return text.length > ABSURD ? text : normalized(folded(normalized(folded(normalized(text, 'NFD')), 'NFKC')), 'NFKC');
}

/** A text by one spelling of each character (NFKC), as names are stored; one that is far too long comes back as it is. */
export function compatible(text: string): string {
  return text.length > ABSURD ? text : normalized(text, 'NFKC');
}

/**
 * Each character by itself, because a sigma at the end of a word would be another one. Upper case and back
 * is what full folding does, but for the dotless i, which it keeps apart from i.
 */
function folded(text: string): string {
  return Array.from(text, (character) => (character === 'ı' ? character : character.toLowerCase().toUpperCase().toLowerCase())).join('');
}
