import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAlbum, testApp } from '../../testing/app.ts';
import { person, program } from '../../testing/program.ts';

const LISTS = ['albums', 'songs', 'artists', 'users', 'groups', 'tokens', 'history', 'me/likes', 'albums.csv', 'songs.ndjson', 'search', 'me'];
const QUERIES = [
  'ordering=,,-,--id', 'ordering=constructor,__proto__', 'ordering=-', 'fields=__proto__,toString', 'expand=__proto__', 'fields=%00', 'page_size=-1', 'page_size=1e9', 'page=%00', 'cursor=', 'cursor=WzEsMl0',
  'search=%00', 'search=%F0%9F%8E%B5', 'search=%22', 'search=%ED%A0%80', `search=${'a'.repeat(5000)}`, 'q=%00%00', `q=${'%22'.repeat(500)}`, 'album=1&album=2&album=x', Array.from({ length: 1500 }, (_, number) => `album=${number}`).join('&'), Array.from({ length: 50 }, (_, number) => `album=${number}&like_count=${number}&artist=${number}&year=${number}`).join('&'), 'album[]=1', 'album=1.5', 'artist=%00', 'artist=%ED%A0%80', `artist=${'é'.repeat(2000)}`,
  'num_streams__gte=9007199254740991&num_streams__gt=9007199254740991', 'num_streams__lt=-9007199254740991', 'year_released__gt=9999-12-31', 'year_released__lt=0001-01-01', 'created_at__lt=0000-01-01T00:00:00Z', 'created_at__gte=9999-99-99T99:99:99Z', 'at__lt=-271821-04-20T00:00:00.000Z',
  'decade=9007199254740991', 'year=-5', 'is_staff=perhaps', 'dry_run=x', 'format=yaml', 'format=csv', 'page=1&page=2', 'page=last&num_streams__gte=0', 'a=1&'.repeat(900),
];
const BODIES: [body: string | Buffer, type?: string][] = [
  ['{'], ['nul'], ['null'], ['5'], ['"x"'], ['[]'], ['[[]]'], ['[null]'], ['[5,"x",{}]'], ['{}'], ['{"song_name":null,"album":{},"num_streams":[],"position":true}'], ['{"song_name":{"a":1},"album":1e400}'],
  ['{"song_name":"\\ud800","album":1}'], ['{"song_name":"\\u0000","album":1}'], ['{"song_name":"x","album":1,"num_streams":9007199254740992}'], [`{"song_name":"${'x'.repeat(5000)}","album":1}`], ['{"song_name":"x","album":1,"position":1e30}'],
  ['{"__proto__":{"song_name":"x"},"constructor":1,"name":"x","artist":"y","year_released":"2000-01-01","songs":{"length":5}}'], ['{"name":"x","artist":"y","year_released":"2000-13-45","songs":[[],null,1]}'], [`{"name":"x","artist":"y","year_released":"2000-01-01","songs":${JSON.stringify(Array.from({ length: 1001 }, () => ({})))}}`],
  ['{"ids":null}'], ['{"ids":{}}'], ['{"ids":[1.5,"1",null,{},[],1e400]}'], ['[{"id":null},{"id":"1"},{"id":1.5},{"id":{}},{"id":1,"album":null}]'], ['{"username":{},"password":{},"groups":{},"permissions":[null],"is_staff":"x"}'], ['{"username":"\\u0000","password":"\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000"}'],
  ['{"name":5,"scopes":"read","last_day":5}'], ['{"name":"x","scopes":[{}],"last_day":"0000-00-00"}'], ['{"songs":[null]}'], ['{"songs":{"0":1}}'], ['{"songs":[1,"1",1.5,true]}'], ['{"current_password":"x","username":""}'], [`[${'['.repeat(5000)}${']'.repeat(5000)}]`],
  [Buffer.from([0xff, 0xfe, 0x00])], ['a=1', 'text/plain'], ['song_name=x&album=1&num_streams=', 'application/x-www-form-urlencoded'], ['%%%=%', 'application/x-www-form-urlencoded'], ['--x', 'multipart/form-data'], ['--x\r\n', 'multipart/form-data; boundary=x'], ['{}', 'application/json; charset=utf-16'], [Buffer.alloc(1024 * 1024 + 1, ' ')],
];
const HEADERS: Record<string, string>[] = [{}, { 'if-match': '"", W/"x"' }, { 'if-none-match': ',,"' }, { prefer: 'handling=strict; foo="bar' }, { accept: 'text/csv;q=x, */*;q=0.1' }, { 'idempotency-key': '\u00e9' }];

test('garbage in a query ends in no fault of ours', async (t) => {
  const site = await testApp(t, { API_LIMITS: 'off' });
  await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 5]] });
  const mara = program(site, (await person(site.db, { username: 'mara', is_staff: true, is_superuser: true })).token);
  for (const list of LISTS) {
    for (const query of QUERIES) {
      for (const headers of HEADERS.slice(0, 5)) {
        const { status, body } = await mara('GET', `/v1/${list}?${query}`, undefined, headers);
        assert.ok(status < 500, `${list}?${query.slice(0, 80)} ${JSON.stringify(headers)}: ${status} ${body.slice(0, 200)}`);
      }
    }
  }
  for (const id of ['0', '-1', '1.5', 'abc', '%00', '9007199254740993', '99999999999999999999', '1%20', 'x'.repeat(900), '__proto__']) {
    for (const list of ['albums', 'songs', 'artists', 'users', 'groups', 'tokens', 'history', 'me/likes']) {
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const { status } = await mara(method, `/v1/${list}/${id}`, ['PUT', 'PATCH'].includes(method) ? {} : undefined);
        assert.ok(status < 500 && (status !== 200 || method === 'OPTIONS' || list === 'me/likes') , `${method} ${list}/${id}: ${status}`);
      }
    }
  }
});

test('garbage in a body ends in no fault of ours', async (t) => {
  const site = await testApp(t, { API_LIMITS: 'off' });
  await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 5]] });
  const mara = program(site, (await person(site.db, { username: 'mara', is_staff: true, is_superuser: true })).token);
  const statuses = new Set<number>();
  for (const [method, path] of [
    ['POST', 'albums'], ['PATCH', 'albums'], ['DELETE', 'albums'], ['PUT', 'albums/1'], ['PATCH', 'albums/1'], ['POST', 'songs'], ['PATCH', 'songs'], ['DELETE', 'songs'], ['PUT', 'songs/1'], ['PATCH', 'songs/1'],
    ['POST', 'users'], ['PATCH', 'users/1'], ['PUT', 'users/1'], ['POST', 'groups'], ['PATCH', 'groups/1'], ['POST', 'tokens'], ['PATCH', 'me'], ['PUT', 'me/likes'], ['PUT', 'me/likes/1'],
  ] as const) {
    for (const [number, [body, type]] of BODIES.entries()) {
      const headers = { ...(type === undefined ? {} : { 'content-type': type }), ...HEADERS[number % HEADERS.length] };
      const answer = await mara(method, `/v1/${path}${number % 3 === 0 ? '?dry_run=true' : ''}`, body, headers);
      statuses.add(answer.status);
      assert.ok(answer.status < 500, `${method} ${path} ${String(body).slice(0, 80)}: ${answer.status} ${answer.body.slice(0, 200)}`);
      if (answer.status >= 400) assert.ok(typeof answer.json === 'object', answer.body);
    }
  }
  for (const status of [200, 201, 400, 412, 413, 415]) assert.ok(statuses.has(status), String(status));
  assert.equal((await mara('GET', '/v1/me')).status, 200);
});
