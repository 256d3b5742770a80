/** Whatever a person has read, and however their browser spells its cookies: nobody else gets anything of it. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createToken } from '../accounts/tokens.ts';
import { createUser } from '../accounts/users.ts';
import { buildApp, type Tracklist } from '../app.ts';
import { OPERATOR } from '../db/history/change.ts';
import { act } from '../db/history/writer.ts';
import { makePasswordLink } from '../accounts/password-links.ts';
import { addAlbum, type TestApp, testApp, visitor } from '../testing/app.ts';
import { loggedIn, PASSWORD } from '../testing/cast.ts';

type Spelling = { name: string; of: (cookie: string) => Record<string, string | string[]> };

/** Ways of sending a cookie, those that count and those that don't; `cookie` is its name and value. */
const SPELLINGS: Spelling[] = ([
  ['as browsers do', (name, value) => `${name}=${value}`],
  ['a space before =', (name, value) => `${name} =${value}`],
  ['many spaces before =', (name, value) => `${name}     =${value}`],
  ['a space after =', (name, value) => `${name}= ${value}`],
  ['a tab before =', (name, value) => `${name}\t=${value}`],
  ['tabs all around', (name, value) => `\t${name}\t=\t${value}\t`],
  ['quotes', (name, value) => `${name}="${value}"`],
  ['capital letters', (name, value) => `${name.toUpperCase()}=${value}`],
  ['twice, the right one first', (name, value) => `${name}=${value}; ${name}=x`],
  ['twice, the right one last', (name, value) => `${name}=x; ${name}=${value}`],
  ['twice, an empty one first', (name, value) => `${name}=; ${name} =${value}`],
  ['twice, a nameless one first', (name, value) => `=; ${name} =${value}`],
  ['leading semicolons', (name, value) => `;;; ;${name} =${value}`],
  ['closing semicolons', (name, value) => `${name} =${value};;`],
  ['words without a value before', (name, value) => `theme; secure; ${name} =${value}`],
  ['$Version before', (name, value) => `$Version=1; ${name} =${value}; $Path=/`],
  ['percent-encoded', (name, value) => `${name} =${encodeURIComponent(value)}`],
  ['a name that is percent-encoded', (name, value) => `%74${name.slice(1)}=${value}`],
  ['a comma instead of a semicolon', (name, value) => `theme=dark, ${name} =${value}`],
  ['another name that ends alike', (name, value) => `x${name}=${value}`],
  ['a prefix', (name, value) => `__Host-${name}=${value}`],
  ['a theme before', (name, value) => `theme=dark; ${name} =${value}`],
  ['a theme with spaces before', (name, value) => `theme =dark;${name} =${value}`],
  ['an object’s names before', (name, value) => `__proto__=x; constructor=y; ${name} =${value}`],
] as [string, (name: string, value: string) => string][]).map(([name, spell]) => {
  return { name, of: (value) => ({ cookie: spell('tracklist', value) }) };
});
SPELLINGS.push(
  { name: 'two headers', of: (value) => ({ cookie: ['theme=dark', `tracklist =${value}`] }) },
  { name: 'two headers, a wrong one last', of: (value) => ({ cookie: [`tracklist =${value}`, 'tracklist=x'] }) },
);

type Answer = { status: number; location: string | undefined; body: string; setCookie: unknown };

async function ask({ app }: Pick<Tracklist, 'app'>, url: string, headers: Record<string, string | string[]> = {}): Promise<Answer> {
  const { statusCode, headers: answered, body } = await app.inject({ url, headers: { host: 'localhost:8000', ...headers } });
  // The number of a request differs in each answer.
  return { status: statusCode, location: answered.location, body: body.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID'), setCookie: answered['set-cookie'] };
}

type Peopled = TestApp & { cookies: Record<string, string>; urls: string[]; secrets: RegExp };

/** A site with a user, a member of staff and a superuser, and an address for each route that can be read. */
async function peopled(t: TestContext): Promise<Peopled> {
  const site = await testApp(t, { API_LIMITS: 'off' });
  const { db } = site;
  const { songs: [song = 0] } = await addAlbum(db, { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 5], ['Carey', 4]] });
  const ann = await createUser(db, { username: 'annsecret', password: PASSWORD, email: 'annsecret@example.org' });
  await createUser(db, { username: 'tomassecret', password: PASSWORD, is_staff: true });
  await createUser(db, { username: 'marasecret', password: PASSWORD, is_staff: true, is_superuser: true });
  await act(db, OPERATOR, (writer) => createToken(writer, { user: ann, name: 'secretname', scopes: ['read'] }));
  const key = await makePasswordLink(db, ann);
  const cookies: Record<string, string> = {};
  for (const username of ['annsecret', 'tomassecret', 'marasecret']) {
    const browser = await loggedIn(site, username);
    await browser.post(`/songs/${song}/like`, { next: '/' });
    await browser.get('/');
    cookies[username] = browser.cookies.get('tracklist') as string;
  }
  const { app, routes } = await buildApp(site);
  await app.close();
  // The API answers with and without a closing slash, by the same code.
  const urls = routes.filter(({ method, path }) => method === 'GET' && !/.\/$/.test(path) && !/\.(css|js|svg|png|woff2|webmanifest|html|txt)$/.test(path)).map(({ path }) => {
    const file = path.startsWith('/sleeves/') ? `${'0'.repeat(32)}.svg` : path.startsWith('/covers/') ? `${'0'.repeat(32)}-320.webp` : '1.xml';
    const url = path.replace(':id', path.startsWith('/admin/users/') ? String(ann) : '1').replace(':name', 'Joni%20Mitchell').replace(':file', file).replace(/:\w+/g, '1');
    return url === '/password' ? `/password?key=${key}` : url;
  });
  return { ...site, cookies, urls: [...new Set(urls)], secrets: /annsecret|tomassecret|marasecret|secretname/ };
}

/** What a stranger gets of a site that nobody has visited yet. */
async function untouched(t: TestContext, { db, config }: TestApp, urls: string[]): Promise<Map<string, Answer>> {
  const fresh = await buildApp({ db, config });
  t.after(() => fresh.app.close());
  const answers = new Map<string, Answer>();
  for (const url of urls) answers.set(url, await ask(fresh, url));
  return answers;
}

test('after people have read every page with their cookie spelt in every way, a stranger gets what strangers get', async (t) => {
  const site = await peopled(t);
  const expected = await untouched(t, site, site.urls);
  const wrong: string[] = [];
  for (const url of site.urls) {
    for (const [username, cookie] of Object.entries(site.cookies)) {
      for (const { name, of } of SPELLINGS) {
        const personal = await ask(site, url, of(cookie));
        if (personal.status >= 500) wrong.push(`${url} is ${personal.status} for ${username}, ${name}`);
        const stranger = await ask(site, url);
        if (JSON.stringify(stranger) !== JSON.stringify(expected.get(url))) wrong.push(`${url}: a stranger gets something else after ${username}, ${name}`);
        if (site.secrets.test(stranger.body) && !url.startsWith('/password?')) wrong.push(`${url}: a stranger reads a name after ${username}, ${name}`);
      }
      if (wrong.length > 10) break;
    }
  }
  assert.deepEqual(wrong.slice(0, 10), []);
});

test('after a stranger has read every page, people still get their own, whenever their cookie counts', async (t) => {
  const site = await peopled(t);
  for (const url of site.urls) await ask(site, url);
  let counting = 0;
  for (const { name, of } of SPELLINGS) {
    const headers = of(site.cookies['annsecret'] as string);
    const counts = (await ask(site, '/account', headers)).status === 200;
    counting += Number(counts);
    for (const url of ['/', '/songs', '/albums', '/about']) {
      const { body } = await ask(site, url, headers);
      assert.equal(body.includes('annsecret'), counts, `${url}, ${name}`);
    }
  }
  assert.ok(counting >= 15, `${counting} spellings count`);
});

test('the page of a one-time link is gone for everybody once the link is', async (t) => {
  const site = await peopled(t);
  const url = site.urls.find((one) => one.startsWith('/password?')) as string;
  for (let turn = 0; turn < 3; turn += 1) assert.equal((await ask(site, url)).status, 200);
  await site.db.run('delete from password_links');
  assert.equal((await ask(site, url)).status, 403);
});

test('an answer that renews a cookie is kept by no cache on its way', async (t) => {
  const site = await peopled(t);
  const browser = visitor(site);
  browser.cookies.set('tracklist', site.cookies['annsecret'] as string);
  const { sleeve } = await site.db.first<{ sleeve: string }>('select sleeve from albums') ?? { sleeve: '' };
  assert.match(String((await browser.get(`/sleeves/${sleeve}.svg`)).headers['cache-control']), /^public/);
  const rows = await site.db.all<{ id: string; data: string }>('select id, data from sessions where ended_at is null');
  for (const { id, data } of rows) {
    await site.db.run('update sessions set data = :data where id = :id', { id, data: JSON.stringify({ ...JSON.parse(data), renewed: 1 }) });
  }
  for (const path of [`/sleeves/${sleeve}.svg`, '/search/suggestions?q=blue', '/feeds/albums.atom']) {
    const fresh = visitor(site);
    fresh.cookies.set('tracklist', site.cookies['marasecret'] as string);
    const { headers } = await fresh.get(path);
    if (path.startsWith('/sleeves')) assert.match(String(headers['set-cookie']), /^tracklist=/);
    if (headers['set-cookie'] !== undefined) assert.equal(headers['cache-control'], 'no-store', path);
  }
});
