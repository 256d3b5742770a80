/** What is refused before a page is made: foreign hosts, cross-site posts, forged headers, malformed forms. */
import assert from 'node:assert/strict';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { addAlbum, SECRET, testApp, testDb, visitor } from '../testing/app.ts';

const BLUE = { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', songs: [['River', 5]] as [string, number][] };
const PRODUCTION = { NODE_ENV: 'production', PUBLIC_URL: 'https://music.example.org', TRUST_PROXY: '127.0.0.1/32' };

test('every answer carries the security headers', async (t) => {
  const site = await testApp(t);
  const guest = visitor(site);
  for (const url of ['/', '/nowhere', '/healthz', '/site.css', '/robots.txt', '/songs?page=x', '/albums/%ff', '/sleeves/00000000000000000000000000000000.svg']) {
    const { headers } = await guest.get(url);
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; script-src 'self'; style-src 'self'/, url);
    assert.equal(headers['x-content-type-options'], 'nosniff', url);
    assert.equal(headers['referrer-policy'], 'same-origin', url);
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin', url);
    assert.equal(headers['strict-transport-security'], undefined, url);
  }
});

test('https sites ask browsers to stay on https', async (t) => {
  const { app } = await testApp(t, PRODUCTION);
  const answer = await app.inject({ url: '/', headers: { host: 'music.example.org', 'x-forwarded-proto': 'https' }, remoteAddress: '127.0.0.1' });
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers['strict-transport-security']), /max-age=63072000/);
});

test('whoever came to the proxy by http is led to https, on the proxy’s word alone', async (t) => {
  const { app } = await testApp(t, PRODUCTION);
  const ask = (url: string, proto: string | undefined, { method = 'GET', from = '127.0.0.1' } = {}) => app.inject({
    method: method as 'GET', url, remoteAddress: from, headers: { host: 'music.example.org', ...(proto === undefined ? {} : { 'x-forwarded-proto': proto }) },
  });
  for (const method of ['GET', 'HEAD']) {
    const led = await ask('/albums?page=2', 'http', { method });
    assert.deepEqual([led.statusCode, led.headers.location], [308, 'https://music.example.org/albums?page=2'], method);
  }
  assert.equal((await ask('//evil.test/x', 'https, HTTP')).headers.location, 'https://music.example.org//evil.test/x');
  assert.equal((await ask('/site.css', 'http')).statusCode, 308);
  assert.equal((await ask('/api/v1/albums', 'http', { from: '::ffff:127.0.0.1' })).statusCode, 308);
  const posted = await ask('/login', 'http', { method: 'POST' });
  assert.equal(posted.statusCode, 403);
  assert.match(posted.body, /reached by https alone/);
  for (const url of ['/healthz', '/readyz']) assert.equal((await ask(url, 'http')).statusCode, 200, url);
  for (const proto of [undefined, 'https', 'http, https', '']) assert.equal((await ask('/about', proto)).statusCode, 200, proto);
  assert.equal((await ask('/about', 'http', { from: '198.51.100.9' })).statusCode, 200, 'nobody else is believed');
  const plain = await testApp(t, { ...PRODUCTION, PUBLIC_URL: 'http://music.example.org' });
  assert.equal((await plain.app.inject({ url: '/about', remoteAddress: '127.0.0.1', headers: { host: 'music.example.org', 'x-forwarded-proto': 'http' } })).statusCode, 200);
});

test('every cookie of an https site is for https alone', async (t) => {
  const secure = await testApp(t, PRODUCTION);
  const choose = async (site: typeof secure, host: string, theme: string) => String((await visitor(site, '127.0.0.1').post('/theme', { theme, next: '/' }, { host, 'x-forwarded-proto': 'https' })).headers['set-cookie']);
  for (const theme of ['dark', 'auto']) {
    assert.match(await choose(secure, 'music.example.org', theme), /; Secure$/);
    assert.doesNotMatch(await choose(await testApp(t), 'localhost:8000', theme), /Secure/);
  }
});

test('only the configured host is answered in production', async (t) => {
  const { app } = await testApp(t, PRODUCTION);
  const ask = async (headers: Record<string, string>) => (await app.inject({ url: '/about', headers, remoteAddress: '127.0.0.1' })).statusCode;
  assert.equal(await ask({ host: 'music.example.org' }), 200);
  assert.equal(await ask({ host: 'localhost:8000' }), 400);
  assert.equal(await ask({ host: 'evil.test' }), 400);
  assert.equal(await ask({ host: 'music.example.org', 'x-forwarded-host': 'evil.test' }), 400);
  assert.equal((await app.inject({ url: '/healthz', headers: { host: '10.0.0.9' } })).statusCode, 200);
});

test('however the own host is spelled, it is the own', async (t) => {
  const { app } = await testApp(t, PRODUCTION);
  const ask = async (host: string) => (await app.inject({ url: '/about', headers: { host }, remoteAddress: '127.0.0.1' })).statusCode;
  for (const host of ['Music.Example.ORG', 'music.example.org:443', 'music.example.org.', 'MUSIC.example.org.:443']) assert.equal(await ask(host), 200, host);
  for (const host of ['music.example.org:80', 'music.example.org:4430', 'music.example.org..', 'music.example.org.evil.test', '.music.example.org', 'music.example.org:', '']) assert.equal(await ask(host), 400, host);
  const { app: local } = await testApp(t, { PUBLIC_URL: 'http://tracks.test' });
  assert.equal((await local.inject({ url: '/about', headers: { host: 'Tracks.test:80' } })).statusCode, 200);
});

test('a host in the address itself is judged instead of the header', async (t) => {
  const { app } = await testApp(t);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  for (const [target, status] of [
    ['http://other.example/about', 400], ['HTTP://other.example/about', 400], ['http://other.example', 400], ['http://localhost:8000@other.example/about', 400], ['http://other.example?/about', 400],
    ['http://localhost:8000/about', 200], ['http://LOCALHOST:8000/about?', 200], ['http://localhost:8000', 200],
  ] as const) {
    assert.match(await answerTo(port, `GET ${target} HTTP/1.1\r\nHost: localhost:8000\r\nConnection: close\r\n\r\n`), new RegExp(`^HTTP/1.1 ${status} `), target);
  }
  assert.match(await answerTo(port, 'GET http://localhost:8000/about HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n'), /^HTTP\/1.1 200 /);
});

test('who asks for another host is told of PUBLIC_URL on the page, in production in the log alone, once a minute', async (t) => {
  const ask = (app: FastifyInstance, host: string) => app.inject({ url: '/about', headers: { host }, remoteAddress: '127.0.0.1' });
  assert.match((await ask((await testApp(t)).app, 'evil.test')).body, /Open http:\/\/localhost:8000, or set PUBLIC_URL/);

  const lines: string[] = [];
  const { app } = await buildApp({ db: await testDb(t), config: readConfig({ ...PRODUCTION, SESSION_SECRET: SECRET, LOG_LEVEL: 'warn' }), log: { write: (line) => void lines.push(line) } });
  t.after(() => app.close());
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  for (const host of ['evil.test', `${'x'.repeat(5000)}.test`, 'other.test']) {
    const { statusCode, body } = await ask(app, host);
    assert.equal(statusCode, 400);
    assert.doesNotMatch(body, /PUBLIC_URL|music\.example/);
  }
  t.mock.timers.tick(60_001);
  await ask(app, `${'y'.repeat(5000)}.test`);
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>).map(({ asked, PUBLIC_URL, more }) => [asked, PUBLIC_URL, more]);
  assert.deepEqual(told, [['evil.test', 'https://music.example.org', 0], ['y'.repeat(255), 'https://music.example.org', 2]]);
});

test('a header that may come once comes once', async (t) => {
  const { app } = await testApp(t);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const ask = (path: string, ...headers: string[]) => answerTo(port, `GET ${path} HTTP/1.1\r\nHost: localhost:8000\r\n${headers.map((header) => `${header}\r\n`).join('')}Connection: close\r\n\r\n`);
  assert.match(await ask('/api/v1/me', 'Authorization: Token a'), /^HTTP\/1.1 401 /);
  for (const path of ['/api/v1/me', '/api/song', '/']) assert.match(await ask(path, 'Authorization: Token a', 'authorization: Token b'), /^HTTP\/1.1 400 [\s\S]*the header authorization twice/, path);
  assert.match(await ask('/', 'Host: localhost:8000'), /^HTTP\/1.1 400 /);
  assert.match(await ask('/', 'Cookie: a=1', 'Cookie: b=2', 'Accept: text/html', 'Accept: */*'), /^HTTP\/1.1 200 /);
});

test('every form is sent as a form: JSON, text and parts without a file are refused before anything is done', async (t) => {
  const { app, routes } = await testApp(t);
  const forms = routes.filter(({ method, path }) => method === 'POST' && !path.startsWith('/api'));
  assert.ok(forms.length > 40);
  for (const { path } of forms) {
    for (const [type, payload] of [['application/json', '{}'], ['application/json', '{"username":"ann","password":"correct-horse-battery"}'], ['text/plain', 'a=1'], ['application/x-www-form-urlencoded+json', '{}']] as const) {
      const { statusCode, body } = await app.inject({ method: 'POST', url: path.replace(/:\w+/g, '1'), payload, headers: { host: 'localhost:8000', 'sec-fetch-site': 'same-origin', 'content-type': type } });
      assert.equal(statusCode, 415, `${path} ${type}`);
      assert.match(body, /Only a form can be sent here/);
    }
    const parts = { payload: '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n', headers: { host: 'localhost:8000', 'sec-fetch-site': 'same-origin', 'content-type': 'multipart/form-data; boundary=x' } };
    const takesFiles = path === '/admin/albums/add' || path === '/admin/albums/:id';
    assert.equal((await app.inject({ method: 'POST', url: path.replace(/:\w+/g, '1'), ...parts })).statusCode, takesFiles ? 303 : 415, path);
  }
});

test('a forged forwarding header from an untrusted address changes nothing', async (t) => {
  const { app } = await testApp(t, PRODUCTION);
  const answer = await app.inject({ url: '/about', headers: { host: 'music.example.org', 'x-forwarded-host': 'evil.test' }, remoteAddress: '198.51.100.9' });
  assert.equal(answer.statusCode, 200);
  assert.doesNotMatch(answer.body, /evil\.test/);
});

test('a post is taken from the site itself and refused from anywhere else', async (t) => {
  const site = await testApp(t);
  const { songs } = await addAlbum(site.db, BLUE);
  const post = async (headers: Record<string, string>) => (await site.app.inject({
    method: 'POST', url: `/songs/${songs[0]}/like`, payload: '', headers: { host: 'localhost:8000', 'content-type': 'application/x-www-form-urlencoded', ...headers },
  })).statusCode;
  assert.equal(await post({ 'sec-fetch-site': 'same-origin' }), 303);
  assert.equal(await post({ 'sec-fetch-site': 'none' }), 303);
  assert.equal(await post({ origin: 'http://localhost:8000' }), 303);
  assert.equal(await post({ 'sec-fetch-site': 'cross-site' }), 403);
  assert.equal(await post({ 'sec-fetch-site': 'same-site' }), 403);
  assert.equal(await post({ 'sec-fetch-site': 'cross-site', origin: 'http://localhost:8000' }), 403);
  assert.equal(await post({ origin: 'https://localhost:8000' }), 403);
  assert.equal(await post({ origin: 'http://evil.test' }), 403);
  assert.equal(await post({ origin: 'null' }), 403);
  assert.equal(await post({ cookie: 'tracklist=anything' }), 403);
  assert.equal(await post({}), 303);
});

test('signing in needs a word from the browser about where the form stood', async (t) => {
  const { app } = await testApp(t);
  for (const url of ['/login', '/signup', '/setup']) {
    const answer = await app.inject({ method: 'POST', url, payload: 'username=a', headers: { host: 'localhost:8000', 'content-type': 'application/x-www-form-urlencoded' } });
    assert.equal(answer.statusCode, 403, url);
    assert.match(answer.body, /came from another site/);
  }
});

test('a malformed form gets a clear 4xx and never a stack or SQL', async (t) => {
  const site = await testApp(t);
  const { songs } = await addAlbum(site.db, BLUE);
  const like = `/songs/${songs[0]}/like`;
  const send = (payload: string, type = 'application/x-www-form-urlencoded', url = like) => site.app.inject({
    method: 'POST', url, payload, headers: { host: 'localhost:8000', 'sec-fetch-site': 'same-origin', 'content-type': type },
  });
  const cases: [Awaited<ReturnType<typeof send>>, number][] = [
    [await send('next=/a&next=/b'), 400],
    [await send('next=/a&is_superuser=1'), 400],
    [await send('next=%00'), 400],
    [await send('__proto__=1'), 400],
    [await send(`next=${'a'.repeat(70_000)}`), 413],
    [await send('{"next":', 'application/json'), 415],
    [await send('[1]', 'application/json'), 415],
    [await send('hello', 'text/plain'), 415],
    [await send('next=/', undefined, '/songs/1e3/like'), 404],
    [await send('next=/', undefined, '/songs/-1/like'), 404],
    [await send('next=/', undefined, '/songs/99999999999999999999/like'), 404],
    [await send('next=/', undefined, '/songs/4711/like'), 404],
  ];
  for (const [answer, status] of cases) {
    assert.equal(answer.statusCode, status, answer.body.slice(0, 200));
    assert.doesNotMatch(answer.body, /select |insert |at .*\.ts:\d|node_modules|SQLITE/);
  }
});

test('addresses that make no sense are told apart from bugs', async (t) => {
  const site = await testApp(t);
  await addAlbum(site.db, BLUE);
  const guest = visitor(site);
  const cases: [string, number][] = [
    ['/albums/1e3', 404], ['/albums/-1', 404], ['/albums/99999999999999999999', 404], ['/albums/0', 404], ['/albums/1%00', 404], ['/albums/%ff', 400],
    ['/albums?page=0', 400], ['/albums?page=-1', 400], ['/albums?page=1e3', 400], ['/albums?page=2', 404], ['/albums?page=1&page=2', 400], ['/albums?page=99999999999', 400],
    ['/albums?order=loud', 400], ['/albums?decade=1985', 400], ['/songs?decade=%00', 400], ['/songs?page=4711', 404],
    ['/artists?letter=QQ', 404], ['/artists/Nobody', 404], ['/artists/%00', 404], ['/sleeves/..%2f..%2fpackage.json', 404], ['/sitemaps/0.xml', 404], ['/sitemaps/9.xml', 404],
  ];
  for (const [url, status] of cases) assert.equal((await guest.get(url)).statusCode, status, url);
});

test('a method that an address does not know is told with those that it does', async (t) => {
  const site = await testApp(t);
  const answer = await visitor(site).post('/albums');
  assert.equal(answer.statusCode, 405);
  assert.equal(answer.headers.allow, 'GET');
});

test('a bug shows a page without details, and the site goes on', async (t) => {
  const site = await testApp(t);
  const guest = visitor(site);
  await site.db.run('drop table years');
  const answer = await guest.get('/albums');
  assert.equal(answer.statusCode, 500);
  assert.doesNotMatch(answer.body, /years|select|SQLITE|\.ts/i);
  assert.match(String(answer.headers['x-request-id']), /^[0-9a-f-]{36}$/);
  assert.equal((await guest.get('/privacy')).statusCode, 200);
});

test('bytes that are no HTTP get the headers of the site, too', async (t) => {
  const { app } = await testApp(t);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  for (const [bytes, status] of [['NONSENSE\r\n\r\n', 400], [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431]] as const) {
    const answer = await answerTo(port, bytes);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(answer, /content-security-policy: default-src 'none'/);
  }
});

/** Sends bytes as they are, and gives all that comes back. */
async function answerTo(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  let answer = '';
  for await (const part of socket) answer += part;
  return answer;
}
