/**
 * What the catalogue holds of the artists that an import comes upon: albums by their exact name, songs
 * by theirs. An artist is fetched once, kept while there is room, and fetched again after it was let go.
 */
import type { Db } from '../db/db.ts';
import type { Writer } from '../db/history/writer.ts';
import { album as albumModel, type AlbumInput } from '../models/album.ts';
import { song as songModel } from '../models/song.ts';

/** An album that is in the database. */
export type ShelvedAlbum = {
  id: number;
  artist: string;
  year_released: string;
  /** Streams by song name. */
  songs: Map<string, number>;
  lastPosition: number;
};

type NewSong = { song_name: string; num_streams: number };
type Kept = { albums: Map<string, ShelvedAlbum>; size: number };

/** Albums and songs that are remembered at once. */
const MOST = 500_000;


const ALBUMS = 'select id, name, year_released from albums where artist = :artist order by id';
const SONGS = `select songs.album, songs.song_name, songs.num_streams, songs.position
  from albums join songs on songs.album = albums.id where albums.artist = :artist`;

export class Shelf {
  readonly #db: Db;
  readonly #writer: Writer;
  readonly #most: number;
  /** In the order of their last use. */
  readonly #artists = new Map<string, Kept>();
  #size = 0;

  /** @param writer of a transaction: nobody else may change the catalogue meanwhile */
  constructor(writer: Writer, most = MOST) {
    this.#db = writer.db;
    this.#writer = writer;
    this.#most = most;
  }

  /** The album of exactly this name and artist: the oldest, should there be several. */
  async album(artist: string, name: string): Promise<ShelvedAlbum | undefined> {
    return (await this.#artist(artist)).albums.get(name);
  }

  async addAlbum(values: AlbumInput): Promise<ShelvedAlbum> {
    const kept = await this.#artist(values.artist);
    const id = await this.#writer.insert(albumModel, values);
    const added: ShelvedAlbum = { id, artist: values.artist, year_released: values.year_released, songs: new Map(), lastPosition: 0 };
    kept.albums.set(detached(values.name), added);
    this.#grow(kept, 1);
    return added;
  }

  /** Adds a song after the album's last one. */
  async addSong(album: ShelvedAlbum, { song_name, num_streams }: NewSong): Promise<void> {
    const kept = await this.#artist(album.artist);
    album.lastPosition += 1;
    await this.#writer.insert(songModel, { song_name, num_streams, album: album.id, position: album.lastPosition });
    album.songs.set(detached(song_name), num_streams);
    this.#grow(kept, 1);
  }

  async #artist(artist: string): Promise<Kept> {
    const known = this.#artists.get(artist);
    const kept = known ?? (await this.#fetch(artist));
    this.#artists.delete(artist);
    this.#artists.set(detached(artist), kept);
    if (!known) this.#grow(kept, 1);
    return kept;
  }

  async #fetch(artist: string): Promise<Kept> {
    const kept: Kept = { albums: new Map(), size: 0 };
    const byId = new Map<number, ShelvedAlbum>();
    for (const { id, name, year_released } of await this.#db.all<{ id: number; name: string; year_released: string }>(ALBUMS, { artist })) {
      if (kept.albums.has(name)) continue;
      const album: ShelvedAlbum = { id, artist, year_released, songs: new Map(), lastPosition: 0 };
      kept.albums.set(name, album);
      byId.set(id, album);
    }
    if (byId.size > 0) await this.#fetchSongs(artist, byId);
    for (const { songs } of byId.values()) this.#grow(kept, 1 + songs.size);
    return kept;
  }

  async #fetchSongs(artist: string, byId: Map<number, ShelvedAlbum>): Promise<void> {
    for (const { album: id, song_name, num_streams, position } of await this.#db.all<NewSong & { album: number; position: number }>(SONGS, { artist })) {
      const album = byId.get(id);
      if (!album) continue;
      album.songs.set(song_name, num_streams);
      album.lastPosition = Math.max(album.lastPosition, position);
    }
  }

  /** Lets the artists go that were not used for longest, never the one that grows. */
  #grow(kept: Kept, by: number): void {
    kept.size += by;
    this.#size += by;
    for (const [artist, { size }] of this.#artists) {
      if (this.#size <= this.#most || this.#artists.get(artist) === kept) return;
      this.#artists.delete(artist);
      this.#size -= size;
    }
  }
}

/** A copy of its own: a piece cut from a text keeps all of the text in memory. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}
