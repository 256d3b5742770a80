// The data of every page, by template: what a route hands over and a template prints. Flat and ready, no queries.
// A template sees it as `it`, together with `it.layout`, `it.text` (text.ts) and `it.urls` (urls.ts).
// Names are the catalogue's; dates are ISO ('1985-09-16', '2025-11-24T14:51:09Z'); hrefs come from urls.ts.
import type * as text from './text.ts';
import type { AlbumOrder, LikedOrder, SearchKind, SongOrder } from './urls.ts';
import type * as urls from './urls.ts';

export interface Views {
  'pages/home': HomePage;
  'pages/albums': AlbumsPage;
  'pages/album': AlbumPage;
  'pages/songs': SongsPage;
  'pages/song': SongPage;
  'pages/artists': ArtistsPage;
  'pages/artist': ArtistPage;
  'pages/search': SearchPage;
  'pages/liked': LikedPage;
  'pages/liked-remove-all': LikedRemoveAllPage;
  'pages/login': LoginPage;
  'pages/login-code': LoginCodePage;
  'pages/signup': SignupPage;
  'pages/setup': SetupPage;
  'pages/password-link': PasswordLinkPage;
  'pages/forgot': ForgotPage;
  'pages/forgot-sent': ForgotSentPage;
  'pages/confirm': ConfirmPage;
  'pages/dev-mail': DevMailPage;
  'pages/dev-mail-one': DevMailOnePage;
  'pages/account': AccountPage;
  'pages/account-email': AccountEmailPage;
  'pages/account-password': AccountPasswordPage;
  'pages/account-security': AccountSecurityPage;
  'pages/account-proof': AccountProofPage;
  'pages/account-app': AccountAppPage;
  'pages/account-passkey': AccountPasskeyPage;
  'pages/account-codes': AccountCodesPage;
  'pages/account-sessions': AccountSessionsPage;
  'pages/account-tokens': AccountTokensPage;
  'pages/account-delete': AccountDeletePage;
  'pages/account-confirm': AccountConfirmPage;
  'pages/about': AboutPage;
  'pages/privacy': PrivacyPage;
  'pages/accessibility': object;
  'pages/error': ErrorPage;
}

/** What Eta is given to render a page. */
export type TemplateData<Page extends keyof Views> = Views[Page] & { layout: Layout; text: typeof text; urls: typeof urls };

/* ---- around every page ---- */

export interface Layout {
  siteName: string;
  /** Who is signed in. Forms of the header and footer: POST /logout (no fields); POST /theme (theme=light|dark|auto, next). */
  person?: { username: string; isStaff: boolean } | undefined;
  signupOpen: boolean;
  /** Whether this site can send mail. */
  canMail: boolean;
  likedCount: number;
  /** Whether forms that are for their person alone ask for the password: the last proof is too long ago. */
  asksProof: boolean;
  /** Which header link is marked as current. */
  nav?: 'albums' | 'songs' | 'artists' | 'liked' | 'account' | undefined;
  /** Without the site's name, which the layout adds; '' on the home page. A form with errors gets "Error: " in front. */
  title: string;
  description?: string | undefined;
  /** Path and query of this page as asked for: forms send it back as `next`. */
  here: string;
  /** The one address of this page; left out on pages that search engines should not keep (they get noindex). */
  canonical?: string | undefined;
  /** Scheme and host, no closing slash. */
  publicUrl: string;
  theme?: 'light' | 'dark' | undefined;
  flash: Flash[];
  openGraph?: OpenGraph | undefined;
  /** A schema.org value, printed as JSON-LD. */
  jsonLd?: unknown;
  /** Links to feeds besides the one of new albums, which every page has. */
  feeds?: { href: string; title: string }[] | undefined;
  /** Files under public/ that the page needs besides those of the site. */
  styles?: string[] | undefined;
  scripts?: string[] | undefined;
  /** The ink of the record that this page belongs to: the class of <body> is `ink-4`. */
  ink?: number | undefined;
}

/** One sentence about what has just happened. Undo is a POST form without fields; a secret is shown in a read-only field, and never again. */
export interface Flash { kind: 'ok' | 'warn' | 'error'; text: string; undo?: { action: string; label: string } | undefined; secret?: { label: string; value: string } | undefined }

/** Title, description and address come from the layout. `image` is a path; `more` are pairs such as ['music:musician', '…']. */
export interface OpenGraph { type: 'website' | 'music.album' | 'music.song' | 'profile'; image?: string | undefined; more?: [property: string, content: string][] | undefined }

/* ---- shared pieces ---- */

/** A piece of a name: the part that the search matched, or what stands between. */
export interface Piece { text: string; match: boolean }

/** What an album is shown by: its cover or else its sleeve, each 32 hex digits of an address; no cover is ''. */
export type Sleeve = { sleeve: string; cover: string };

export interface AlbumCard extends Sleeve { id: number; name: string; artist: string; year_released: string; marks?: { name?: Piece[] | undefined; artist?: Piece[] | undefined } | undefined }

export interface SongRow {
  id: number;
  song_name: string;
  album: Sleeve & { id: number; name: string };
  artist: string;
  year_released: string;
  num_streams: number;
  like_count: number;
  liked: boolean;
  marks?: { song_name?: Piece[] | undefined; artist?: Piece[] | undefined; album?: Piece[] | undefined } | undefined;
}

export interface ArtistRow { artist: string; album_count: number; marks?: Piece[] | undefined }

/** A total that was only counted up to a limit is shown as '1,000+'. */
export interface Count { value: number; isCapped: boolean }

export interface DecadeCount { decade: number; albums: number }
export interface YearCount { year: number; albums: number }

/** A letter of the artists' strip: 'A' to 'Z', then one sign for each other script ('あ', 'ع', 'Я' …), '#' last. */
export interface Letter { letter: string; artists: number }

export interface Paging {
  page: number;
  pages: number;
  /** Ranks of the first and last row shown, from 1; both 0 on an empty list. */
  first: number;
  last: number;
  total: number;
  totalIsCapped: boolean;
  previous?: string | undefined;
  next?: string | undefined;
  links: ({ page: number; href: string; current: boolean } | 'gap')[];
}

/** A form as it came back. `summary` is a message that belongs to no field. Passwords are never sent back in `values`. */
export interface Form<Field extends string> {
  values: { [name in Field]?: string | undefined };
  errors: { [name in Field]?: string | undefined };
  summary?: string | undefined;
}

/* ---- the catalogue ---- */

/** GET /. `mosaic`: 14 albums (the 3rd and 9th are drawn large), `newest` 12, `topSongs` 7, `likedThisWeek` up to 4. Any of them may be short or empty. */
export interface HomePage {
  totals: { albums: number; songs: number; artists: number };
  mosaic: AlbumCard[];
  newest: AlbumCard[];
  topSongs: SongRow[];
  decades: DecadeCount[];
  likedThisWeek: SongRow[];
  letters: Letter[];
}

/** GET /albums?order&decade|year&page. `years` are those of the chosen decade, or of the chosen year's decade. */
export interface AlbumsPage {
  order: AlbumOrder;
  decade?: number | undefined;
  year?: number | undefined;
  decades: DecadeCount[];
  years: YearCount[];
  albums: AlbumCard[];
  paging: Paging;
}

/** GET /albums/:id-slug?page. Songs in the album's order, `paging` when they fill more than one page. `more` is by the same artist, else (`decade`) from the same decade; up to 6. */
export interface AlbumPage {
  album: AlbumCard & { songs: number; streams: number; likes: number };
  songs: SongRow[];
  more: AlbumCard[];
  moreFrom: 'artist' | 'decade';
  paging?: Paging | undefined;
}

/** GET /songs?order&decade&page. `ink` of the first row (shown as number one on page 1 by streams); `scale`: the most streams of the whole list. */
export interface SongsPage {
  order: SongOrder;
  decade?: number | undefined;
  decades: number[];
  songs: SongRow[];
  ink: number;
  scale: number;
  paging: Paging;
}

/** GET /songs/:id-slug. `rank` by streams among all songs. `albumSongs` holds this song too, and of a very long album those around it: they begin with number `albumSongsFrom` of `albumSongCount`; `otherSongs` are by its artist, up to 5. */
export interface SongPage {
  song: SongRow;
  rank: number;
  songs: number;
  albumSongs: SongRow[];
  albumSongCount: number;
  albumSongsFrom: number;
  otherSongs: SongRow[];
}

/** GET /artists?letter&page. Groups in the order of `letters`; a group may go on from the page before. */
export interface ArtistsPage {
  letter?: string | undefined;
  letters: Letter[];
  groups: { letter: string; artists: ArtistRow[] }[];
  paging: Paging;
}

/** GET /artists/:name?page. Albums newest first, `paging` when they fill more than one page; `topSongs` up to 10. */
export interface ArtistPage {
  artist: string;
  albums: AlbumCard[];
  topSongs: SongRow[];
  totals: { albums: number; songs: number; streams: number; likes: number };
  firstYear: number;
  lastYear: number;
  paging?: Paging | undefined;
}

/** GET /search?q&kind&page. With kind 'all' the best few of each (6 albums, 8 songs, 10 artists), else one page of one kind. Empty `q`: only the tips. */
export interface SearchPage {
  q: string;
  kind: SearchKind;
  counts: { all: Count; albums: Count; songs: Count; artists: Count };
  albums: AlbumCard[];
  songs: SongRow[];
  artists: ArtistRow[];
  paging?: Paging | undefined;
  didYouMean?: string | undefined;
}

/** GET /search/suggestions?q= answers this as JSON, at most 8, for the box in the header. `detail` is the artist, or a count. */
export interface Suggestions { suggestions: { kind: 'album' | 'song' | 'artist'; label: string; detail: string; href: string }[] }

/* ---- likes ---- */

/** POST /songs/:id/like and /songs/:id/unlike (next) answer 303 to `next`, or with Accept: application/json this, and no flash. */
export interface LikeAnswer { liked: boolean; like_count: number; liked_count: number }

/** GET /liked?order&page. `expires`: the day on which a visitor's session, and so these songs, end; not given when signed in. */
export interface LikedPage {
  order: LikedOrder;
  songs: SongRow[];
  expires?: string | undefined;
  paging: Paging;
}

/** GET and POST /liked/remove-all (no fields), then a flash whose undo is POST /liked/restore. */
export interface LikedRemoveAllPage { count: number }

/* ---- accounts ---- */

/** GET and POST /login (username, password, next). Four sleeves of the day. Liked songs that will move along are the layout's likedCount. */
export interface LoginPage { form: Form<'username' | 'password'>; next: string; sleeves: Sleeve[] }

/** GET and POST /login/code (code): the second step, for an account with a second factor. */
export interface LoginCodePage { form: Form<'code'>; username: string; hasApp: boolean; hasPasskeys: boolean; hasCodes: boolean; next: string }

/** GET and POST /signup (username, email, password, next); no email where no mail can be sent. */
export interface SignupPage { form: Form<'username' | 'email' | 'password'>; next: string; sleeves: Sleeve[] }

/** GET /setup?key=… and POST /setup (key, username, password): makes the first administrator. No `key`: the link is used up, too old, or wrong. */
export interface SetupPage { form: Form<'username' | 'password'>; key?: string | undefined }

/** GET /password?key=… and POST /password (key, password): the one-time link of an account. No `key`: the link is used up, too old, or wrong. */
export interface PasswordLinkPage { form: Form<'password'>; key?: string | undefined; username: string; /** Until when the link works. */ until: string }

/** GET and POST /forgot (email); then GET /forgot/sent, the same for every address. `isKept`: letters go nowhere and stand at /dev/mail. */
export interface ForgotPage { form: Form<'email'> }
export interface ForgotSentPage { minutes: number; isKept: boolean }

/** GET /confirm?key=… and POST /confirm (key). No `key`: the link is used up, too old, or wrong. */
export interface ConfirmPage { key?: string | undefined; username?: string | undefined; email?: string | undefined; hours: number }

/** GET /dev/mail and /dev/mail/:number, outside production alone: the letters that a mail server would have been given. */
export interface DevMailPage { messages: { number: number; at: string; to: string; subject: string }[] }
export interface DevMailOnePage { number: number; subject: string; headers: [name: string, value: string][]; body: string }

/** How an account stands with its address: `pending` waits for the link that went there. */
export interface AddressState { email: string; isConfirmed: boolean; pending: string | undefined }

/** GET and POST /account/email (email: '' to remove it, password); POST /account/email/resend and /account/email/cancel (no fields). */
export interface AccountEmailPage { form: Form<'email' | 'password'>; username: string; hours: number; state: AddressState }

/** GET /account. Holds the log-out form and a link to /account/data.json. */
export interface AccountPage { username: string; address: AddressState; joined: string; likes: number }

/** GET and POST /account/password (password: the present one, new_password, tokens: on to revoke the API tokens, of which there are so many). */
export interface AccountPasswordPage { form: Form<'password' | 'new_password' | 'tokens'>; username: string; tokens: number }

/** GET /account/security. What the account has besides its password; `isRequired` for staff where they need a second factor. */
export interface AccountSecurityPage {
  isRequired: boolean;
  app?: { made: string; lastUsed: string } | undefined;
  codes: number;
  passkeys: { id: number; name: string; made: string; lastUsed: string }[];
  /** Where else they are logged in. */
  otherSessions: number;
}

/** A page that asks for the password (password) before something is done. */
export interface AccountProofPage { form: Form<'password'>; username: string; heading: string; sentence: string; action: string; button: string; isDangerous: boolean }

/** GET and POST /account/security/app/confirm (code). `qr` is the drawing of a square of `size`, as the path of an SVG; `groups` the key by fours. */
export interface AccountAppPage { form: Form<'code'>; qr: { path: string; size: number }; groups: string[]; link: string }

/** GET and POST /account/security/passkeys (name, password, credential: what the script has put there). */
export interface AccountPasskeyPage { form: Form<'name' | 'password'>; username: string }

/** The answer to a POST that made recovery codes: they are shown once. `file` is a text file with them, as an address. */
export interface AccountCodesPage { heading: string; codes: string[]; file: string }

/** GET /account/sessions; POST /account/sessions/:id/end (no fields). `place` is the network address or what is known of it. */
export interface AccountSessionsPage { sessions: { id: number | string; device: string; place: string; last_seen: string; current: boolean }[] }

/** GET and POST /account/confirm (own_password, next): somebody proves anew who they are, and goes on. */
export interface AccountConfirmPage { form: Form<'own_password'>; username: string; next: string; minutes: number }

/** GET and POST /account/tokens (name, scopes, last_day, own_password); POST /account/tokens/:id/revoke (no fields). `made` is on the answer to the POST alone: the secret is shown once. */
export interface AccountTokensPage {
  hidden: [name: string, value: string][];
  form: Form<'name' | 'scopes' | 'last_day' | 'own_password'>;
  scopes: { scope: string; label: string; sentence: string; isChecked: boolean }[];
  made?: { name: string; secret: string } | undefined;
  /** Moments; '' for never. */
  tokens: { id: number; name: string; scopes: string; ending: string; made: string; lastUsed: string; ends: string; hasEnded: boolean }[];
}

/** GET and POST /account/delete (password). What goes with the account is told in numbers. */
export interface AccountDeletePage { form: Form<'password'>; username: string; likes: number; sessions: number }

/* ---- texts and errors ---- */

/** GET /about. `isDemo`: the catalogue that ships with the project, whose stream counts are illustrative. */
export interface AboutPage { totals: { albums: number; songs: number; artists: number; streams: number; likes: number }; isDemo: boolean }

/** GET /privacy. How long a session lasts without a visit. */
/** In days: a session after the last visit and after the log-in, and how long a browser is known. */
export interface PrivacyPage { sessionDays: { idle: number; all: number }; knownDays: number }

/** 403, 404, 429, 503 and any other 4xx. The template has a sentence for each; `sentence` replaces it. 500 is public/500.html. */
export interface ErrorPage { status: number; sentence?: string | undefined; retryAfterSeconds?: number | undefined; requestId?: string | undefined }
