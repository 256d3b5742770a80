/**
 * Fills a migrated database with a made-up catalogue, always the same for the same size. Everything that
 * triggers keep is computed beside the rows, because a million rows through triggers take too long, and
 * compared at the end.
 */
import Sqlite from 'better-sqlite3';
import { connect } from '../../src/db/connect.ts';
import { migrate } from '../../src/db/migrate.ts';
import { derived } from '../../src/db/save.ts';
import { album as albumModel } from '../../src/models/album.ts';
import { song as songModel } from '../../src/models/song.ts';
import { recountTotals } from '../../src/music/totals.ts';
import { fold } from '../../src/schema/fold.ts';
import { namesOf, normalOf, randomOf } from './names.ts';

const SEED = 20261124;
const USERS = 300;
const LIKES_OF_A_USER = 200;
/** Songs of ten albums in turn, a hundred together. */
const SONGS_OF_ALBUMS = [4, 7, 9, 10, 10, 10, 11, 12, 13, 14];
const DAY = 24 * 60 * 60 * 1000;

type Artist = { name: string; name_key: string; albums: number; songs: number; streams: number };

/**
 * Makes the file and fills it.
 * @param songs a multiple of 100; there are a tenth as many albums and a fiftieth as many artists
 */
export async function fill(path: string, songs: number): Promise<void> {
  await migrate(`sqlite:${path}`, { create: true });
  const db = new Sqlite(path);
  db.exec('pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off; pragma cache_size = -262144; pragma temp_store = memory');
  const kept = db.prepare<[], { type: string; name: string; sql: string }>("select type, name, sql from sqlite_master where type in ('trigger', 'index') and sql is not null").all();
  for (const { type, name } of kept) db.exec(`drop ${type} "${name}"`);
  db.transaction(() => insertAll(db, songs))();
  for (const type of ['index', 'trigger']) {
    for (const each of kept.filter((entry) => entry.type === type)) db.exec(each.sql);
  }
  db.exec('analyze; pragma journal_mode = wal');
  db.close();
  await compare(path);
}

function insertAll(db: Sqlite.Database, songs: number): void {
  const random = randomOf(SEED);
  const name = namesOf(random, Math.max(2000, songs / 50));
  const now = new Date().toISOString();
  const insert = (table: string, columns: string) => db.prepare(`insert into ${table} (${columns}) values (${columns.split(', ').map(() => '?').join(', ')})`);
  const words = new Words();
  const likes = insertLikes(db, random, songs);
  const artists = artistsOf(name, songs / 50);
  const years = new Map<number, { albums: number; songs: number }>();
  const addAlbum = insert('albums', 'id, name, artist, year_released, name_key, artist_key, sleeve, song_count, stream_total, like_count, created_at, updated_at');
  const addSong = insert('songs', 'id, song_name, album, num_streams, position, song_name_key, like_count, released, decade, album_sort, artist_sort, created_at, updated_at');

  let song = 0;
  for (let album = 1; album <= songs / 10; album += 1) {
    // Everybody has an album; after that the first are the busiest.
    const artist = artists[album <= artists.length ? album - 1 : Math.floor(artists.length * random() ** 1.5)] as Artist;
    const released = dateOf(random);
    const year = Number(released.slice(0, 4));
    const count = SONGS_OF_ALBUMS[album % 10] as number;
    const sums = { streams: 0, likes: 0 };
    const albumName = name();
    for (let position = 1; position <= count; position += 1) {
      song += 1;
      const values = { song_name: name(), num_streams: random() < 0.02 ? 0 : Math.round(Math.exp(13 + 2 * normalOf(random))) };
      const key = derived(songModel, values)['song_name_key'] as string;
      words.add(key);
      addSong.run(song, values.song_name, album, values.num_streams, position, key, likes.get(song) ?? 0, released, year - (year % 10), fold(albumName), artist.name_key, now, now);
      sums.streams += values.num_streams;
      sums.likes += likes.get(song) ?? 0;
    }
    const values = { name: albumName, artist: artist.name, year_released: released };
    const { name_key, artist_key, sleeve } = derived(albumModel, values);
    words.add(name_key as string);
    addAlbum.run(album, values.name, values.artist, released, name_key, artist_key, sleeve, count, sums.streams, sums.likes, now, now);
    artist.albums += 1;
    artist.songs += count;
    artist.streams += sums.streams;
    const sum = years.get(year) ?? { albums: 0, songs: 0 };
    years.set(year, { albums: sum.albums + 1, songs: sum.songs + count });
  }

  const addArtist = insert('artists', 'name, name_key, letter, album_count, song_count, stream_total');
  for (const artist of artists) {
    words.add(artist.name_key);
    addArtist.run(artist.name, artist.name_key, 0, artist.albums, artist.songs, artist.streams);
  }
  db.exec(`update artists set letter = (select position from letters where substr(name_key, 1, 1) between first and last order by position limit 1);
    update letters set artist_count = (select count(*) from artists where letter = position)`);
  db.exec(`update albums set is_double = 1 where (name_key, artist_key) in (
      select name_key, artist_key from albums group by name_key, artist_key having count(*) > 1);
    insert into like_days (day, likes) select substr(created_at, 1, 10), count(*) from likes group by substr(created_at, 1, 10)`);
  const addYear = insert('years', 'year, album_count, song_count');
  for (const [year, sum] of years) addYear.run(year, sum.albums, sum.songs);
  const addWord = insert('words', 'word, uses');
  for (const [word, uses] of words.uses) addWord.run(word, uses);
  for (const table of ['albums', 'songs', 'artists', 'users', 'likes']) db.exec(`update table_sizes set size = (select count(*) from ${table}) where name = '${table}'`);
  for (const [table, columns] of [['albums', 'name, artist, released'], ['songs', 'song_name, album, artist, released'], ['artists', 'name']]) {
    db.exec(`insert into ${table}_text (rowid, ${columns}) select docid, ${columns} from ${table}_to_find order by docid`);
  }
}

/** Users who like the first songs most, over the last ninety days. Returns the likes of each song. */
function insertLikes(db: Sqlite.Database, random: () => number, songs: number): Map<number, number> {
  const today = Math.floor(Date.now() / DAY) * DAY;
  const now = new Date(today).toISOString();
  const addUser = db.prepare('insert into users (id, username, username_key, password_hash, like_count, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?)');
  const addLike = db.prepare('insert into likes (user, song, created_at) values (?, ?, ?)');
  const likes = new Map<number, number>();
  for (let user = 1; user <= USERS; user += 1) {
    const liked = new Set<number>();
    while (liked.size < LIKES_OF_A_USER) liked.add(1 + Math.floor(songs * random() ** 2));
    addUser.run(user, `listener${user}`, `listener${user}`, 'none', liked.size, now, now);
    for (const song of liked) {
      addLike.run(user, song, new Date(today - Math.floor(random() * 90 * DAY)).toISOString());
      likes.set(song, (likes.get(song) ?? 0) + 1);
    }
  }
  return likes;
}

function artistsOf(name: (most?: number) => string, count: number): Artist[] {
  const names = new Set<string>();
  while (names.size < count) {
    const short = name(3);
    names.add(names.has(short) ? `${short} ${name(2)}` : short);
  }
  return Array.from(names, (each) => ({ name: each, name_key: fold(each), albums: 0, songs: 0, streams: 0 }));
}

/** From 1950 to 2025, more of late, and a fifth on a first of January, which makes ties. */
function dateOf(random: () => number): string {
  const year = 1950 + Math.floor(76 * random() ** 0.7);
  if (random() < 0.2) return `${year}-01-01`;
  const two = (number: number) => String(1 + Math.floor(number)).padStart(2, '0');
  return `${year}-${two(random() * 12)}-${two(random() * 28)}`;
}

/** How many names hold a word. */
class Words {
  readonly uses = new Map<string, number>();

  add(key: string): void {
    for (const word of new Set(key.split(' '))) this.uses.set(word, (this.uses.get(word) ?? 0) + 1);
  }
}

/** Throws when what is kept differs from what is counted, as `manage recount` does it. */
async function compare(path: string): Promise<void> {
  const db = await connect(`sqlite:${path}`);
  const [wrong] = await db.transaction(recountTotals);
  await db.close();
  if (wrong) throw new Error(`${wrong.total} of ${wrong.row} should be ${wrong.counted}, not ${wrong.kept}`);
}

if (import.meta.main) {
  const [path = '', songs = '10000'] = process.argv.slice(2);
  const start = performance.now();
  await fill(path, Number(songs));
  console.log(`${songs} songs in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
