import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretsIn, withoutSecrets } from './secrets.ts';

const SESSION = `abcd${'x'.repeat(43)}.${'y'.repeat(43)}`;
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
const HASH = `$2b$10$${'a'.repeat(53)}`;

test('secrets are taken out by their names and their forms, and the rest stays', () => {
  const cases: [string, RegExp][] = [
    [`{"headers":{"cookie":"theme=dark; tracklist=S3CR3T","host":"localhost"}}`, /"host":"localhost"/],
    [`{"headers":{"set-cookie":["tracklist=S3CR3T; Path=/","b=S3CR3T"],"host":"localhost"}}`, /"host":"localhost"/],
    ['{"rawHeaders":["Cookie","tracklist=S3CR3T","Host","localhost"]}', /"Host","localhost"/],
    ['{"rawHeaders":["Authorization","Token S3CR3T_S3CR3T"]}', /Authorization/],
    ['{"err":{"message":"no","new_password":"S3CR3T with \\"quotes\\" and S3CR3T"},"level":50}', /"level":50/],
    ['{"body":"{\\"password\\":\\"S3CR3T\\",\\"username\\":\\"ann\\"}"}', /ann/],
    ['{"msg":"Reply was already sent in \\"/setup?key=S3CR3T\\" (GET)"}', /\(GET\)/],
    ['{"msg":"POST username=ann&password=S3CR3T&next=/"}', /next=\//],
    ['{"url":"/password?key=S3CR3T&a=b"}', /a=b/],
    ['{"cookie":"__Host-tracklist =S3CR3T"}', /cookie/],
    ['connect ECONNREFUSED postgres://ann:S3CR3T@db.example.org/music', /ann.*db\.example\.org\/music/],
    ['smtps://mail%40example.org:S3CR3T/and@S3CR3T@smtp.example.org:465', /smtp\.example\.org/],
    ['Bearer S3CR3T.S3CR3T.S3CR3T', /Bearer/],
  ];
  for (const [text, stays] of cases) {
    const shown = withoutSecrets(text);
    assert.doesNotMatch(shown, /S3CR3T/, text);
    assert.match(shown, stays, text);
  }
  for (const secret of [SESSION, encodeURIComponent(SESSION), SESSION.replace('.', '%2E'), JWT, HASH, `tracklist_${'z'.repeat(43)}`]) {
    const shown = withoutSecrets(`{"msg":"somewhere ${secret} else"}`);
    assert.equal(shown.includes(secret), false, secret);
    assert.match(shown, /somewhere .* else/);
  }
});

test('an ordinary line stays as it is, and stays JSON', () => {
  const line = '{"level":30,"time":1790000000000,"reqId":"6f9619ff-8b86-d011-b42d-00cf4fc964ff","req":{"method":"GET","url":"/albums/1-blue?page&order","address":"203.0.113.7"},"msg":"incoming request"}\n';
  assert.equal(withoutSecrets(line), line);
  const odd = JSON.stringify({ password: 'a"b\\', token: ['x', 'y]"'], msg: 'the "key":"is" here', cookie: '' });
  assert.deepEqual(Object.keys(JSON.parse(withoutSecrets(odd))), ['password', 'token', 'msg', 'cookie']);
});

test('what the configuration keeps secret is hidden wherever it stands', () => {
  const settings = { secrets: ['f3b0c44298fc1c14', '9afbf4c8996fb924'], jwtSecret: 'e3b0c442', databaseUrl: 'postgres://ann:p%40ss-word@db/music', siteName: 'Music', port: 8000, smtpUrl: undefined };
  const known = secretsIn(settings);
  assert.deepEqual(known.sort(), ['9afbf4c8996fb924', 'e3b0c442', 'f3b0c44298fc1c14', 'p%40ss-word', 'p@ss-word']);
  assert.equal(withoutSecrets('no p@ss-word, no f3b0c44298fc1c14', known), 'no [hidden], no [hidden]');
});

test('a long and hostile text costs no more than its length', () => {
  const parts = ['"password":"', '://a:', '"token":[', '\\', '\\"', 'eyJaaaaaaaa.', 'a', 'a-', ' ', '?key=', 'Token ', '"', '$2b$10$', 'tracklist =', 'password'];
  for (const part of parts) {
    const text = part.repeat(Math.ceil(256_000 / part.length));
    const from = performance.now();
    withoutSecrets(text);
    const took = performance.now() - from;
    assert.ok(took < 1000, `${part}: ${took} ms`);
  }
});
