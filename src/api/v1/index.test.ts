import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAlbum, testApp } from '../../testing/app.ts';
import { person, program } from '../../testing/program.ts';
import { albums, artists, songs } from './catalogue.ts';
import { namesOf } from './engine/filters.ts';
import { history } from './history.ts';
import { groups, tokens, users } from './people.ts';

test('the root leads to every list', async (t) => {
  const site = await testApp(t);
  const mara = program(site, (await person(site.db, { username: 'mara', is_staff: true, is_superuser: true })).token);
  const lists = (await program(site)('GET', '/v1')).json as Record<string, string>;
  assert.deepEqual(Object.keys(lists), ['albums', 'songs', 'artists', 'search', 'me', 'tokens', 'users', 'groups', 'history']);
  for (const address of Object.values(lists)) {
    const path = address.replace('http://localhost:8000/api', '');
    assert.ok([200, 400].includes((await mara('GET', path)).status), path);
    const page = await mara('GET', `${path}/`, undefined, { accept: 'text/html' });
    assert.match(String(page.headers['content-type']), /^text\/html/, path);
    assert.equal((await mara('OPTIONS', path)).status, 200, path);
  }
});

test('an index serves every filter under every order, by cursor and by number', async (t) => {
  const site = await testApp(t, { API_LIMITS: 'off' });
  await addAlbum(site.db, { name: 'Hounds of Love', artist: 'Kate Bush', year_released: '1985-09-16', songs: [['Cloudbusting', 5]] });
  const mara = program(site, (await person(site.db, { username: 'mara', is_staff: true, is_superuser: true })).token);
  await mara('PUT', '/v1/me/likes/1');
  const likes = { path: 'me/likes', filters: { song: {}, created_at: {} }, orderings: { id: '', created_at: '' } };
  for (const { path, filters, orderings } of [albums, songs, artists, users, groups, tokens, history, likes]) {
    const values: Record<string, string> = { year_released: '1985-09-16', created_at: '2026-01-01', updated_at: '2026-01-01', last_login_at: '2026-01-01', at: '2026-01-01', is_active: 'true', is_staff: 'true', is_superuser: 'true' };
    const names = path === 'me/likes' ? ['song', 'created_at__gte'] : namesOf(filters as typeof songs.filters);
    for (const name of [undefined, ...names]) {
      for (const order of Object.keys(orderings)) {
        for (const rest of ['', '&page=1']) {
          const filter = name === undefined ? '' : `&${name}=${values[name.split('__')[0] as string] ?? '1'}`;
          const query = `ordering=-${order},id${filter}${rest}`;
          const answer = await mara('GET', `/v1/${path}?${query}`, undefined, { prefer: 'handling=strict' });
          assert.equal(answer.status, 200, `${path}?${query}: ${answer.body.slice(0, 200)}`);
        }
      }
    }
  }
});
