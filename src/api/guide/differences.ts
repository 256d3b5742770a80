/**
 * Every difference between our answers and those that were recorded from the guide's own code, with its
 * reason. recordings.test.ts replays the recordings and fails on any other difference, and on one that is
 * listed and does not show.
 */

/** What is otherwise than recorded. */
export type Now = {
  status?: number;
  /** Headers by name; null for one that is not sent. */
  headers?: Readonly<Record<string, string | null>>;
  /** The whole body, or what it must be like. */
  body?: string | RegExp;
  /** Texts of the recorded body and what stands in their place. */
  replaced?: readonly (readonly [recorded: string, ours: string])[];
  /** So many bytes less, where only the beginning of a body was recorded. */
  shorter?: number;
  /** The body is a page of our own, which is not compared. */
  isOwnPage?: true;
  /** What anybody could do is refused without a token of somebody who may; with one the answer is as recorded. */
  needsToken?: true;
};

export type Difference = {
  /** The labels of the recordings in which it shows. */
  recordings: readonly string[];
  reason: string;
  now: Now;
};

/** In `Vary` of all answers whose kind can be compressed: the guide's server leaves compressing to others. */
export const VARY_EVERYWHERE = 'Accept-Encoding';

const REFUSED_ALBUM = { 'Content-Type': 'application/json', Vary: 'Accept', Allow: 'GET, HEAD, OPTIONS' };

export const DIFFERENCES: readonly Difference[] = [
  {
    recordings: [
      'create ok', 'create empty', 'create bad', 'create bad2', 'create null', 'create list', 'create malformed', 'create text/plain', 'create form',
      'create trailing/extra read-only id', 'int too large', 'negative', 'bool', 'put partial', 'put ok', 'patch', 'patch empty', 'post to /song/1',
      'delete /song/1', 'delete', 'delete again', 'like create', 'like dup', 'like bad', 'OPTIONS create', 'OPTIONS obj', 'method override', 'date bad',
    ],
    reason: 'The guide leaves writing open to everybody. Here reading is open, and writing the catalogue needs the permission, liking an account (A42).',
    now: { needsToken: true },
  },
  {
    recordings: ['GET /myApp/hello-x/Bob', 'GET /myApp/goodbye', 'GET /myApp/goodbye?msg=All'],
    reason: 'JSON is written without spaces everywhere; the guide’s plain views put one behind each colon.',
    now: { replaced: [['": "', '":"']] },
  },
  {
    recordings: ['register long'],
    reason: 'A password has at most 64 characters, of any script; the guide’s has 128 (A33).',
    now: {
      headers: { 'Content-Length': '137' },
      replaced: [['Ensure this field has no more than 128 characters.', 'Use at most 64 characters. This password has 129.']],
    },
  },
  {
    recordings: ['GET /myApp/hello-world', 'unknown url'],
    reason: 'An address that leads nowhere answers with the site’s own page.',
    now: { isOwnPage: true },
  },
  {
    recordings: ['GET /song/ (slash)'],
    reason: 'Both forms of an address answer, with and without a closing slash (A23).',
    now: {
      status: 200, headers: { 'Content-Type': 'application/json', Vary: 'Accept', Allow: 'GET, HEAD, OPTIONS' },
      body: '[{"id":1,"song_name":"Love Story","num_streams":100},{"id":2,"song_name":"White Horse","num_streams":50},{"id":3,"song_name":"Hotline Bling","num_streams":900},{"id":4,"song_name":"One Dance","num_streams":1500},{"id":5,"song_name":"Café","num_streams":3}]',
    },
  },
  {
    recordings: ['create malformed'],
    reason: 'What follows “JSON parse error - ” is in the words of the parser, and ours is another.',
    now: { body: /^\{"detail":"JSON parse error - [^"]*(\\"[^"]*)*"\}$/ },
  },
  {
    recordings: ['negative'],
    reason: 'num_streams is a whole number from 0 to 9,007,199,254,740,991 on every engine (A12).',
    now: { status: 400, body: '{"num_streams":["Ensure this value is greater than or equal to 0."]}' },
  },
  {
    recordings: ['songInAlbum album=1'],
    reason: 'The song with −5 streams can’t be there; the replay puts one with 5 in its place.',
    now: { replaced: [['"num_streams":-5', '"num_streams":5']] },
  },
  {
    recordings: ['HEAD', 'indent', 'songFull fixed'],
    reason: 'The same song makes these answers one character shorter.',
    now: { shorter: 1 },
  },
  {
    recordings: ['retrieve 404', 'delete again'],
    reason: '“Not found.” is the text of a missing object in the guide’s own time (A40).',
    now: { body: '{"detail":"Not found."}' },
  },
  {
    recordings: ['retrieve non-int'],
    reason: 'Below an address of the API the API answers, in JSON.',
    now: { headers: { 'Content-Type': 'application/json', Vary: 'Accept', Allow: 'GET, PUT, PATCH, HEAD, OPTIONS' }, body: '{"detail":"Not found."}' },
  },
  {
    recordings: ['delete'],
    reason: 'An answer without content has no Content-Length (RFC 9110, 8.6).',
    now: { headers: { 'Content-Length': null } },
  },
  {
    recordings: ['songInAlbum none'],
    reason: 'Without an album the guide finds nothing, which looks like an album without songs (A30).',
    now: { status: 400, body: '{"album":["This field is required."]}' },
  },
  {
    recordings: ['songInAlbum bad'],
    reason: 'The guide breaks with 500 on an album that is no number (A30).',
    now: { status: 400, headers: REFUSED_ALBUM, body: '{"album":["A valid integer is required."]}' },
  },
  {
    recordings: ['songFull as printed'],
    reason: 'As printed the album silently disappears; the guide means it to be there (A31).',
    now: { body: /^\[\{"id":1,"song_name":"Love Story","num_streams":102,"myFullAlbumDesc":\{"name":"Fearless","year_released":"2008-11-11","artist":"Taylor","id":1\}\},/ },
  },
  {
    recordings: ['login ok'],
    reason: 'Only hashes of tokens are kept, so each login makes a new one, and a token tells by its beginning what it is.',
    now: { body: /^\{"token":"tracklist_[0-9A-Za-z]{40}"\}$/ },
  },
  {
    recordings: ['login ok', 'login wrong', 'login empty', 'login GET', 'inactive login'],
    reason: 'The login can be opened in a browser as every other address, so its answers differ by Accept.',
    now: { headers: { Vary: 'Accept' } },
  },
  {
    recordings: ['likes anon'],
    reason: 'The guide breaks with 500 on somebody unknown (A36).',
    now: { status: 401, headers: { 'Content-Type': 'application/json', 'WWW-Authenticate': 'Token', Vary: 'Accept', Allow: 'GET, HEAD, OPTIONS' }, body: '{"detail":"Authentication credentials were not provided."}' },
  },
  {
    recordings: ['like dup'],
    reason: 'The same like twice is one row (A13). It is answered as the first one was, with its id.',
    now: { replaced: [['"id":2', '"id":1']] },
  },
  {
    recordings: ['likes list', 'lowercase kw'],
    reason: 'The same like twice is one row (A13).',
    now: { replaced: [[',{"id":2,"user":1,"song":1}', '']] },
  },
  {
    recordings: ['Bearer kw'],
    reason: 'A token is taken with the word Bearer, too (A41).',
    now: { status: 200, headers: { 'WWW-Authenticate': null }, body: '[{"id":1,"user":1,"song":1}]' },
  },
  {
    recordings: ['orperm post anon', 'orperm post user', 'date bad'],
    reason: 'The guide has no address that lists and creates; these were sent to /api/song/create.',
    now: { headers: { Allow: 'POST, OPTIONS' } },
  },
  {
    recordings: ['OPTIONS create'],
    reason: 'num_streams is a whole number from 0 to 9,007,199,254,740,991 on every engine (A12).',
    now: { replaced: [['"min_value":-9223372036854775808,"max_value":9223372036854775807', '"min_value":0,"max_value":9007199254740991']] },
  },
  {
    recordings: ['OPTIONS obj'],
    reason: 'The same limits make this answer shorter; its beginning is as recorded.',
    now: { shorter: 22 },
  },
  {
    recordings: ['Accept html'],
    reason: 'The browsable page is our own.',
    now: { isOwnPage: true },
  },
  {
    recordings: ['api-auth login page'],
    reason: 'The site has one login, for pages and for the browsable API alike; it leads there and back.',
    now: { status: 302, headers: { 'Content-Type': null, Vary: null, Location: '/login' }, isOwnPage: true },
  },
  {
    recordings: ['api-auth bad login', 'api-auth ok'],
    reason: 'A form that is sent there is sent on to the one login, which answers it.',
    now: { status: 307, headers: { 'Content-Type': null, Vary: null, Location: '/login' }, isOwnPage: true },
  },
  {
    recordings: ['api-auth logout POST'],
    reason: 'A form that is sent there is sent on to the one logout, which answers it.',
    now: { status: 307, headers: { 'Content-Type': null, Vary: null, Location: '/logout' }, isOwnPage: true },
  },
];

/** Recordings of addresses that the guide doesn't have. */
export const NOT_REPLAYED: readonly { recordings: readonly string[]; reason: string }[] = [
  {
    recordings: [
      'GET /paged', 'GET /paged?page=2', 'GET /paged?page=last', 'GET /paged?page=99', 'GET /paged?page=0', 'GET /paged?page=abc', 'GET /paged?page_size=100', 'GET /paged?page_size=x',
      'GET /paged?search=dance', 'GET /paged?search=one%20da', 'GET /paged?search=cafe', 'GET /paged?ordering=-num_streams', 'GET /paged?ordering=bogus',
      'GET /pagedlo', 'GET /pagedlo?limit=1&offset=1', 'GET /pagedlo?offset=999', 'GET /pagedcp', 'GET /pagedcp?cursor=bad',
    ],
    reason: 'The guide’s lists have no pages. Pages, filters and orders are those of /api/v1, which has tests of its own.',
  },
  { recordings: ['throttled'], reason: 'A view with a limit of its own. Here one limit holds for all addresses, with tests of its own.' },
  { recordings: ['orperm get anon'], reason: 'A list of another shape than the guide’s /api/song.' },
];

/** What is otherwise where nothing was recorded, by the entry in the description of the guide, with the test that shows it. */
export const UNRECORDED: readonly { entry: string; reason: string; test: string }[] = [
  { entry: 'A16', reason: 'A username is taken whatever its case: BOB can’t sit beside bob.', test: 'accounts' },
  { entry: 'A17', reason: 'The address is /api/hello_world, as the guide’s code has it; the one in its prose leads nowhere, as it did.', test: 'recordings' },
  { entry: 'A33', reason: 'A password follows the rules of the site and is never trimmed, so whoever registers can log in; SIGNUP=closed refuses.', test: 'accounts' },
  { entry: 'A34', reason: 'Wrong passwords make waits, told as 429 with Retry-After; a login with too many tokens behind it lets the oldest go.', test: 'accounts' },
  { entry: 'A37', reason: 'A like is the caller’s: anybody else in the body is refused as not there. Whose likes one may see follows: one’s own, and everybody’s for staff who may view likes.', test: 'likes' },
  { entry: 'A15', reason: 'Deleting an album that has songs asks for the permission to delete songs, too, as in the admin area.', test: 'objects' },
  { entry: 'A44b', reason: 'XML is refused with 406, as it was.', test: 'recordings' },
];
