/** What the pages of a merge show. */
import { album as model } from '../../models/album.ts';
import type { Merge, MergedField, Side } from '../../music/merge.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import type { AlbumCard } from '../../web/views.ts';
import type { AdminForm, AdminPage } from '../views.ts';

declare module '../../web/views.ts' {
  interface Views {
    'admin/merge-choose': AdminPage & MergeChoosePage;
    'admin/merge': AdminPage & MergePage;
  }
}

/** `choices` are what the search has found, or without one albums of the same title. */
export type MergeChoosePage = { title: string; action: string; q: string; form: AdminForm; choices: AlbumCard[]; cancel: string };

type Shown = { text: string; picture?: string | undefined };

export type MergePage = {
  title: string;
  action: string;
  hidden: [name: string, value: string][];
  isStale: boolean;
  /** The album that stays, then the one that goes. */
  sides: { side: Side; title: string; name: string; edit: string; picture: string; facts: string }[];
  /** What both have as it is, and a choice where they differ. */
  fields: { name: MergedField; label: string; kept: Shown; other: Shown; chosen: Side | undefined }[];
  songs: { name: string; kept?: number | undefined; other?: number | undefined; becomes: string }[];
  consequences: string[];
  swap: string;
  choose: string;
  cancel: string;
};

const LABELS: Record<MergedField, string> = { name: model.fields.name.label, artist: model.fields.artist.label, year_released: model.fields.year_released.label, cover: model.fields.cover.label };

/** The page on which two albums stand side by side. `chosen` is what was chosen on a page that is out of date. */
export function mergeView(merge: Merge, likes: { moved: number; double: number }, chosen?: Partial<Record<MergedField, Side>>): MergePage {
  const { kept, other, pairs, staying, moving, differing, digest } = merge;
  return {
    title: `Merge two albums into “${kept.name}”?`,
    action: urls.admin.merge(kept.id),
    hidden: [['with', String(other.id)], ['seen', digest]],
    isStale: chosen !== undefined,
    sides: [sideOf(kept, 'kept'), sideOf(other, 'other')],
    fields: (['name', 'artist', 'year_released', 'cover'] as const).map((name) => ({
      name, label: LABELS[name], kept: shownOf(kept, name), other: shownOf(other, name), chosen: differing.includes(name) ? chosen?.[name] ?? firstChoice(merge, name) : undefined,
    })),
    songs: [
      ...[...pairs.map((pair) => ({ at: pair.kept, name: pair.kept.song_name, kept: pair.kept.num_streams, other: pair.other.num_streams, becomes: `One song with ${text.plural(Math.max(pair.kept.num_streams, pair.other.num_streams), 'stream')}` })),
        ...staying.map((song) => ({ at: song, name: song.song_name, kept: song.num_streams, becomes: 'Stays' }))].sort((one, two) => one.at.position - two.at.position || one.at.id - two.at.id),
      ...moving.map((song) => ({ name: song.song_name, other: song.num_streams, becomes: 'Moves to the end' })),
    ],
    consequences: consequencesOf(merge, likes),
    swap: urls.admin.merge(other.id, kept.id),
    choose: urls.admin.merge(kept.id),
    cancel: urls.admin.edit('albums', kept.id),
  };
}

/** The kept album's, but a cover rather than none. */
function firstChoice({ kept, other }: Merge, name: MergedField): Side {
  return kept[name] === '' && other[name] !== '' ? 'other' : 'kept';
}

function sideOf(album: Merge['kept'], side: Side): MergePage['sides'][number] {
  return {
    side,
    title: side === 'kept' ? 'Stays' : 'Goes',
    name: album.name,
    edit: urls.admin.edit('albums', album.id),
    picture: urls.sleeveOf(album),
    facts: `${text.plural(album.song_count, 'song')}, ${text.plural(album.stream_total, 'stream')}, ${text.plural(album.like_count, 'like')}`,
  };
}

function shownOf(album: Merge['kept'], name: MergedField): Shown {
  if (name !== 'cover') return { text: album[name] };
  return album.cover === '' ? { text: 'None: the sleeve is generated' } : { text: 'Uploaded', picture: urls.sleeveOf(album, 'small') };
}

function consequencesOf({ kept, other, pairs, staying, moving }: Merge, { moved, double }: { moved: number; double: number }): string[] {
  const sentences = [`One album with ${text.plural(staying.length + pairs.length + moving.length, 'song')} stays. The other one goes.`];
  if (pairs.length > 0) sentences.push(`${text.plural(pairs.length, 'song')} ${pairs.length === 1 ? 'is' : 'are'} on both and ${pairs.length === 1 ? 'becomes' : 'become'} one each, with the larger number of streams.`);
  if (moving.length > 0) sentences.push(`${text.plural(moving.length, 'song')} ${moving.length === 1 ? 'moves' : 'move'} to the end of the album that stays.`);
  if (moved > 0) sentences.push(`${text.plural(moved, 'like')} ${moved === 1 ? 'comes' : 'come'} along.`);
  if (double > 0) sentences.push(`${text.plural(double, 'like')} ${double === 1 ? 'is' : 'are'} there twice: the earlier one of each two stays.`);
  sentences.push(`${urls.albumPath(other)} leads to ${urls.albumPath(kept)} for good${pairs.length > 0 ? ', and so do the addresses of the songs that are joined' : ''}.`);
  return sentences;
}
