/** The command line as an operator meets it: the real process, on a database of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import Sqlite from 'better-sqlite3';
import { tryPassword } from '../accounts/attempts.ts';
import { authenticate } from '../accounts/users.ts';
import { closePasswords } from '../accounts/passwords.ts';
import { connect } from '../db/connect.ts';
import { migratedFile } from '../testing/migrated.ts';
import { processEnvironment } from '../testing/processes.ts';
import catalogue from '../music/demo/catalogue.json' with { type: 'json' };

const MANAGE = join(import.meta.dirname, '../manage.ts');
const SAMPLES = join(import.meta.dirname, '../transfer/samples');
const PASSWORD = 'a kettle sings at noon';

type Ended = { code: number | null; out: string; err: string };

/** Somebody in a folder of their own, with a terminal less than most. */
class Operator {
  readonly folder = mkdtempSync(join(tmpdir(), 'tracklist-'));
  readonly database = join(this.folder, 'data', 'tracklist.db');

  async run(args: string[], { input = '', settings = {} }: { input?: string; settings?: Record<string, string> } = {}): Promise<Ended> {
    const env = { ...processEnvironment(), DATABASE_URL: `sqlite:${this.database}`, ...settings };
    const child = spawn(process.execPath, [MANAGE, ...args], { cwd: this.folder, env });
    const ended: Ended = { code: null, out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => { ended.out += text; });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { ended.err += text; });
    child.stdin.on('error', () => {}).end(input);
    ended.code = await new Promise((resolve) => { child.once('close', resolve); });
    return ended;
  }

  file(name: string, content: string | Buffer): string {
    writeFileSync(join(this.folder, name), content);
    return name;
  }

  /** Writes to the database behind everybody's back. */
  sql(statement: string): unknown[] {
    using database = new Closing(this.database);
    const prepared = database.prepare(statement);
    return prepared.reader ? prepared.all() : [prepared.run()];
  }
}

class Closing extends Sqlite {
  [Symbol.dispose](): void {
    this.close();
  }
}

async function operator(t: TestContext): Promise<Operator> {
  const someone = new Operator();
  t.after(() => rmSync(someone.folder, { recursive: true }));
  mkdirSync(dirname(someone.database));
  copyFileSync(await migratedFile(), someone.database);
  return someone;
}

/** A fault: exit code 1, one sentence or several, and no stack. */
function assertFault(ended: Ended, sentence: RegExp): void {
  assert.match(ended.err, sentence);
  assert.doesNotMatch(ended.err, /^\s+at /m);
  assert.equal(ended.code, 1);
}

describe('manage', { concurrency: true }, () => {
  test('lists its commands, each with a help of its own', async (t) => {
    const someone = await operator(t);
    const { out, code } = await someone.run(['--help']);
    assert.equal(code, 0);
    for (const name of ['migrate', 'flush', 'demo', 'import', 'createsuperuser', 'changepassword', 'createtoken', 'removefactor', 'unlock', 'recount', 'routes', 'sendtestmail']) {
      assert.match(out, new RegExp(`^ {2}${name}\\b`, 'm'));
      const help = await someone.run([name, '--help']);
      assert.equal(help.code, 0);
      assert.match(help.out, new RegExp(`^Usage: manage ${name}`));
    }
  });

  test('says that it does not know a command or an option', async (t) => {
    const someone = await operator(t);
    assertFault(await someone.run(['migrat']), /unknown command 'migrat'\n\(Did you mean migrate\?\)/);
    assertFault(await someone.run(['flush', '--force']), /unknown option '--force'/);
    assertFault(await someone.run(['import']), /missing required argument 'file'/);
    assertFault(await someone.run([]), /Usage: manage/);
  });

  test('tells every fault of the configuration', async (t) => {
    const someone = await operator(t);
    assertFault(await someone.run(['recount'], { settings: { DATABASE_URL: 'mysql://x', PORT: 'x' } }), /PORT must be .*\nDATABASE_URL must be/s);
  });

  test('makes a missing database, but in production only when it is told to migrate', async (t) => {
    const someone = await operator(t);
    const settings = { NODE_ENV: 'production', PUBLIC_URL: 'http://music.example.org', SESSION_SECRET: 'f3b0c44298fc1c149afbf4c8996fb924', DATABASE_URL: `sqlite:${someone.folder}/other/new.db` };
    assertFault(await someone.run(['recount'], { settings }), /There is no database at .*new\.db/);
    assert.equal(existsSync(join(someone.folder, 'other/new.db')), false);
    assert.match((await someone.run(['migrate'], { settings })).out, /^Applied 001-catalogue, /);
    assert.equal((await someone.run(['migrate'], { settings })).out, 'The database is up to date.\n');
    const elsewhere = await someone.run(['recount'], { settings: { DATABASE_URL: `sqlite:${someone.folder}/third.db` } });
    assert.equal(elsewhere.code, 0);
    assert.match(elsewhere.err, /^Applied \d+ migrations to sqlite:/);
  });

  test('says that a file is no database', async (t) => {
    const someone = await operator(t);
    const path = join(someone.folder, someone.file('notes.txt', 'These are words, not pages of a database. '.repeat(200)));
    assertFault(await someone.run(['migrate'], { settings: { DATABASE_URL: `sqlite:${path}` } }), /^The file .*notes\.txt can't be used as a database/);
  });
});

describe('manage demo and flush', { concurrency: true }, () => {
  test('fill an empty catalogue and empty it again', async (t) => {
    const someone = await operator(t);
    const songs = catalogue.albums.reduce((sum, album) => sum + album.songs.length, 0);
    assert.equal((await someone.run(['demo'])).out, `Loaded ${catalogue.albums.length} albums and ${songs} songs.\n`);
    assertFault(await someone.run(['demo']), /goes into an empty catalogue only/);

    for (const input of ['', 'no\n', 'yes\n']) {
      const refused = await someone.run(['flush'], { input });
      assert.match(refused.out, /Type "flush" to go on: .*Nothing was deleted\.\n$/s);
      assert.equal(refused.code, 1);
    }
    assert.deepEqual(someone.sql('select count(*) as rows from songs'), [{ rows: songs }]);
    assert.match((await someone.run(['flush'], { input: 'flush\n' })).out, new RegExp(`Deleted ${catalogue.albums.length} albums, ${songs} songs and 0 likes`));
    assert.deepEqual(someone.sql('select count(*) as rows from songs'), [{ rows: 0 }]);
    assert.match((await someone.run(['flush', '--yes'])).out, /^Deleted 0 albums/);
    assert.equal((await someone.run(['demo'])).code, 0);
  });
});

describe('manage import', { concurrency: true }, () => {
  const CHART = 'Album,Artist,Year,Track,Streams\nPost,Björk,1995,Hyperballad,"1,234"\nPost,Björk,1996,Isobel,\nPost,Björk,1995,Hyperballad,5\n,Björk,1995,Enjoy,1\n';

  test('tells what it has added, skipped and rejected, and adds nothing the second time', async (t) => {
    const someone = await operator(t);
    const path = someone.file('chart.csv', CHART);
    const first = await someone.run(['import', path]);
    assert.deepEqual(first.out.split('\n'), [
      'Taking name from "Album", artist from "Artist", year_released from "Year", song_name from "Track", num_streams from "Streams".',
      'Read 4 rows: added 1 albums and 2 songs, skipped 1 duplicates, rejected 1 row.',
      '1 row with another release date than their album’s, which stays.',
      '1 duplicates with other streams than the song’s, which stay.',
      '1 empty cells for streams, taken as 0.',
      'Line 5: Enter an album name.',
      '',
    ]);
    assert.equal(first.err, '100 %, 4 rows\n');
    assert.equal(first.code, 0);
    assert.match((await someone.run(['import', path])).out, /Read 4 rows: added 0 albums and 0 songs, skipped 3 duplicates, rejected 1 row\./);
  });

  test('takes columns as it is told', async (t) => {
    const someone = await operator(t);
    const path = someone.file('own.csv', 'name,artist,album,year\nIsobel,Björk,Post,1995\n');
    assertFault(await someone.run(['import', path]), /^Several columns could be the album name \(name, album\): name the right column, as in --map name=COLUMN; the file has name, artist, album, year\.\n$/);
    assert.match((await someone.run(['import', path, '--map', 'song_name=name'])).out, /added 1 albums and 1 songs/);
    assert.deepEqual(someone.sql('select name, song_name from songs join albums on albums.id = album'), [{ name: 'Post', song_name: 'Isobel' }]);
    assertFault(await someone.run(['import', path, '--map', 'titel=name']), /^There is no field "titel"\. The fields are name, artist, year_released, song_name, num_streams\.\n$/);
    assertFault(await someone.run(['import', path, '--map', 'song_name=Titel']), /^The file has no column "Titel" for song_name; it has name, artist, album, year\.\n$/);
    assertFault(await someone.run(['import', path, '--map', 'name']), /is no mapping/);
  });

  test('reads dates as it is told, and says how to tell it', async (t) => {
    const someone = await operator(t);
    const path = someone.file('dates.csv', 'album,artist,date\nPost,Björk,6/13/1995\n');
    const refused = await someone.run(['import', path]);
    assert.match(refused.out, /only albums are added.*rejected 1 row\.\nLine 2: Enter a release date that exists.*\nIf the file writes dates another way, say which: --date-format/s);
    assert.equal(refused.code, 1);
    assertFault(await someone.run(['import', path, '--date-format', 'American']), /"American" is no date format/);
    assert.match((await someone.run(['import', path, '--date-format', 'M/D/YYYY'])).out, /added 1 albums and 0 songs/);
  });

  test('writes rejected rows to a file', async (t) => {
    const someone = await operator(t);
    const path = someone.file('chart.csv', `${CHART},,\n`);
    const { out } = await someone.run(['import', path, '--errors', 'rejected.csv']);
    assert.match(out, /All rejected rows are in rejected\.csv\./);
    assert.equal(readFileSync(join(someone.folder, 'rejected.csv'), 'utf8'),
      'line,reasons\r\n5,"Enter an album name."\r\n6,"The row has 3 fields, the header has 5."\r\n');
  });

  test('refuses to write rejected rows over the file itself, or where it can’t, and imports nothing', async (t) => {
    const someone = await operator(t);
    const path = someone.file('chart.csv', CHART);
    assertFault(await someone.run(['import', path, '--errors', './chart.csv']), /can’t go into \.\/chart\.csv, the file that is imported/);
    assertFault(await someone.run(['import', path, '--errors', 'nowhere/rejected.csv']), /can’t be written to nowhere\/rejected\.csv \(ENOENT\)/);
    assert.equal(readFileSync(join(someone.folder, path), 'utf8'), CHART);
    assert.deepEqual(someone.sql('select * from albums'), []);
  });

  test('says what is wrong with a file that is none to import, and stores nothing', async (t) => {
    const someone = await operator(t);
    mkdirSync(join(someone.folder, 'folder'));
    const garbage = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * index * 31 + index * 7) % 256));
    for (const [path, sentence] of [
      ['missing.csv', /^There is no file missing\.csv\.\n$/],
      ['folder', /^folder is a directory\. Name a file in it\.\n$/],
      [someone.file('empty.csv', ''), /^The file is empty\. Its first line must name the columns\.\n$/],
      [someone.file('garbage.csv', garbage), /^The file is no CSV: its first line holds characters that no text has/],
      [someone.file('other.csv', 'a,b\n1,2\n'), /^No column is known as the album name, .*the file has a, b\.\n$/],
      [someone.file('open.csv', `${CHART}Post,Björk,1995,"Enjoy,1\n`), /^(100 %.*\n)?The quote that opens on line 6 is never closed\.\n$/],
    ] as [string, RegExp][]) assertFault(await someone.run(['import', path]), sentence);
    assert.deepEqual(someone.sql('select * from albums'), []);
  });

  test('takes a file of a header alone as an empty one', async (t) => {
    const someone = await operator(t);
    const { out, code } = await someone.run(['import', someone.file('header.csv', 'album,artist,year,title\n')]);
    assert.match(out, /The file has a header and no rows\.\nRead 0 rows: added 0 albums/);
    assert.equal(code, 0);
  });

  test('reads UTF-8 with a mark, UTF-16 and Windows-1252, with a notice for the last', async (t) => {
    const someone = await operator(t);
    const text = (album: string) => `album,artist,year\r\n${album},Björk,1995\r\n`;
    const files = [
      someone.file('mark.csv', `\ufeff${text('One')}`),
      someone.file('utf16.csv', Buffer.from(`\ufeff${text('Two')}`, 'utf16le')),
      someone.file('western.csv', Buffer.from(text('Three'), 'latin1')),
    ];
    for (const path of files) {
      const { out } = await someone.run(['import', path]);
      assert.equal(/read as Windows-1252/.test(out), path === 'western.csv');
    }
    assert.deepEqual(someone.sql('select name, artist from albums'), ['One', 'Two', 'Three'].map((name) => ({ name, artist: 'Björk' })));
  });

  test('refuses a file of tracks that has neither album nor date', async (t) => {
    const someone = await operator(t);
    assertFault(await someone.run(['import', join(SAMPLES, 'tracks.csv')]), /^No column is known as the album name, no column is known as the release date, .* as in --map name=COLUMN; the file has activity, disc, duration, id, rating, title, track, trackartist, trackurl\.\n$/);
  });
});

describe('manage createsuperuser and changepassword', { concurrency: true }, () => {
  test('make an administrator who can log in, and give a new password that ends every session', async (t) => {
    const someone = await operator(t);
    const made = await someone.run(['createsuperuser', '--username', 'ann', '--email', 'ann@example.org', '--password-stdin'], { input: `${PASSWORD}\n` });
    assert.deepEqual(made, { code: 0, out: 'Made the administrator ann.\n', err: '' });
    assert.deepEqual(someone.sql('select username, email, is_staff, is_superuser from users'), [{ username: 'ann', email: 'ann@example.org', is_staff: 1, is_superuser: 1 }]);
    someone.sql(`insert into sessions (id, "user", data, created_at, seen_at, expires_at) values ('x', 1, '{}', 0, 0, 9999999999999)`);

    const changed = await someone.run(['changepassword', 'ANN', '--password-stdin'], { input: ' ünder the old bridge ' });
    assert.deepEqual(changed, { code: 0, out: 'Changed the password of ann.\n', err: '' });
    assert.deepEqual(someone.sql('select id from sessions where ended_at is null'), []);
    const db = await connect(`sqlite:${someone.database}`);
    t.after(async () => {
      await db.close();
      await closePasswords();
    });
    assert.equal((await authenticate(db, 'ann', ' ünder the old bridge '))?.username, 'ann');
    assert.equal(await authenticate(db, 'ann', PASSWORD), undefined);
  });

  test('refuse what the rules refuse, a name that is taken and one that is missing', async (t) => {
    const someone = await operator(t);
    const create = (name: string, input: string, ...more: string[]) => someone.run(['createsuperuser', '--username', name, '--password-stdin', ...more], { input });
    assertFault(await create('ann', ''), /assword/);
    assertFault(await create('ann', 'short\n'), /at least 8 characters/);
    assertFault(await create('a b', `${PASSWORD}\n`, '--email', 'nowhere'), /^Use letters, digits and @ \. \+ - _ only\.\nEnter an e-mail address/);
    assert.equal((await create('ann', `${PASSWORD}\n`)).code, 0);
    assertFault(await create('Ann', `${PASSWORD}\n`), /This username is taken/);
    assertFault(await someone.run(['changepassword', 'bob', '--password-stdin'], { input: PASSWORD }), /^There is no user "bob"\.\n$/);
    assertFault(await someone.run(['changepassword', 'ann', '--password-stdin'], { input: '12345678' }), /./);
    assertFault(await someone.run(['createsuperuser', '--username', 'eve']), /There is no terminal to ask for a password\. Use --password-stdin\./);
    assertFault(await someone.run(['createsuperuser']), /required option '--username <name>' not specified/);
    assert.equal(someone.sql('select * from users').length, 1);
  });
});

describe('manage recount', { concurrency: true }, () => {
  test('finds nothing to repair in what the program has written', async (t) => {
    const someone = await operator(t);
    await someone.run(['demo']);
    assert.deepEqual(await someone.run(['recount', '--check']), { code: 0, out: 'Everything that is kept is what a count gives.\n', err: '' });
  });

  test('tells what differs, only compares with --check, and else repairs', async (t) => {
    const someone = await operator(t);
    await someone.run(['demo']);
    const [{ song_count: right }] = someone.sql('select song_count from albums where id = 1') as [{ song_count: number }];
    someone.sql('update albums set song_count = 99 where id = 1');
    someone.sql('delete from songs_text where rowid = (select docid from songs_to_find where id = 5)');
    const told = `albums.song_count of 1: kept 99, counted ${right}\nsongs_text was not what its table gives\n`;
    for (let time = 0; time < 2; time += 1) {
      assert.deepEqual(await someone.run(['recount', '--check']), { code: 1, out: `${told}2 differ.\n`, err: '' });
    }
    assert.deepEqual(await someone.run(['recount']), { code: 0, out: `${told}Repaired 2.\n`, err: '' });
    assert.equal((await someone.run(['recount', '--check'])).code, 0);
  });
});

describe('manage routes', { concurrency: true }, () => {
  test('lists every route with who may pass, as lines and as JSON', async (t) => {
    const someone = await operator(t);
    const { out, code } = await someone.run(['routes']);
    assert.equal(code, 0);
    assert.match(out, /^GET +\/albums\/:\S+ +everybody$/m);
    assert.match(out, /^POST +\/songs\/:\S+\/like +everybody$/m);
    const routes = JSON.parse((await someone.run(['routes', '--json'])).out) as { method: string; path: string; access: string }[];
    assert.equal(routes.length, out.trim().split('\n').length);
    assert.deepEqual(Object.keys(routes[0] ?? {}), ['method', 'path', 'access']);
  });
});

describe('manage removefactor', { concurrency: true }, () => {
  test('lets the only administrator in again, and says when there is nothing to remove', async (t) => {
    const someone = await operator(t);
    await someone.run(['createsuperuser', '--username', 'ann', '--password-stdin'], { input: `${PASSWORD}\n` });
    someone.sql("insert into authenticator_apps (user_id, secret, last_step, created_at) values (1, 'x', 0, '')");
    assert.deepEqual(await someone.run(['removefactor', 'ANN']), { code: 0, out: 'Removed the second factor of ann.\n', err: '' });
    assert.deepEqual(someone.sql('select * from authenticator_apps'), []);
    assert.equal(someone.sql('select sentence from account_notices').length, 1);
    assertFault(await someone.run(['removefactor', 'ann']), /^This account has no second factor\.\n$/);
    assertFault(await someone.run(['removefactor', 'bob']), /^There is no user "bob"\.\n$/);
  });
});

describe('manage createtoken', { concurrency: true }, () => {
  test('prints a token that is kept as a hash alone', async (t) => {
    const someone = await operator(t);
    await someone.run(['createsuperuser', '--username', 'ann', '--password-stdin'], { input: PASSWORD });
    const made = await someone.run(['createtoken', 'ANN', '--name', 'deploy', '--scope', 'write, read', '--days', '30']);
    assert.match(made.out, /^tracklist_\w{40}\n$/);
    assert.match(made.err, /^Made a token for ann\. It is not shown again:\n$/);
    const [row] = someone.sql('select name, scopes, expires_at, hash from tokens') as [Record<string, string>];
    assert.deepEqual([row.name, row.scopes], ['deploy', 'read write']);
    assert.equal(row.expires_at?.slice(0, 10), new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
    assert.doesNotMatch(JSON.stringify(row), new RegExp(made.out.trim()));
    assert.deepEqual(someone.sql("select person, surface from acts join changes on changes.act = acts.id where model = 'tokens'"), [{ person: 'command line', surface: 'command' }]);

    await someone.run(['createtoken', 'ann', '--name', 'other']);
    assert.match((await someone.run(['createtoken', 'ann', '--name', 'deploy', '--reset'])).err, /and revoked 1\./);
    assert.deepEqual(someone.sql('select name, scopes from tokens order by id'), [{ name: 'other', scopes: 'read like' }, { name: 'deploy', scopes: 'read like' }]);
  });

  test('tells in one sentence what is wrong, and changes nothing', async (t) => {
    const someone = await operator(t);
    await someone.run(['createsuperuser', '--username', 'ann', '--password-stdin'], { input: PASSWORD });
    await someone.run(['createtoken', 'ann']);
    assertFault(await someone.run(['createtoken', 'bob']), /^There is no user "bob"\.\n$/);
    assertFault(await someone.run(['createtoken', 'ann', '--scope', 'everything']), /^There is no scope "everything"\. Use read, like, write, admin\.\n$/);
    assertFault(await someone.run(['createtoken', 'ann', '--scope', '', '--reset']), /^Choose at least one thing/);
    assertFault(await someone.run(['createtoken', 'ann', '--days', '0']), /^--days must be a number from 1 to 36500, not "0"\.\n$/);
    assert.deepEqual(someone.sql('select count(*) as rows from tokens'), [{ rows: 1 }]);
  });
});

describe('manage unlock', { concurrency: true }, () => {
  test('lifts the waits of an account and of an address, and says when there are none', async (t) => {
    const someone = await operator(t);
    await someone.run(['createsuperuser', '--username', 'Ann', '--password-stdin'], { input: PASSWORD });
    const guess = async () => {
      const db = await connect(`sqlite:${someone.database}`);
      const who = { username: 'ann', address: '2001:db8::7' };
      for (let turn = 0; turn < 5; turn += 1) await tryPassword(db, who, async () => undefined);
      const told = await tryPassword(db, who, async () => true).catch((error: Error) => error.message);
      await db.close();
      return told;
    };
    assert.match(String(await guess()), /Wait 10 seconds/);
    assert.deepEqual(await someone.run(['unlock', 'ANN']), { code: 0, out: 'Lifted the waits of Ann.\n', err: '' });
    assert.match(String(await guess()), /Wait 10 seconds/);
    assert.deepEqual(await someone.run(['unlock', '2001:db8::1']), { code: 0, out: 'Lifted the waits of 2001:db8::1.\n', err: '' });
    assert.deepEqual(await someone.run(['unlock', '2001:db8::1']), { code: 0, out: 'Nothing kept 2001:db8::1 waiting.\n', err: '' });
    assertFault(await someone.run(['unlock', 'bob']), /^There is no user "bob", and it is no address like 203\.0\.113\.7\.\n$/);
    assert.match((await someone.run(['unlock', '--help'])).out, /Examples:\n {2}manage unlock ann/);
  });
});
