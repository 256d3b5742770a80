/** The first page of the admin area: what there is, how it changes, and what wants attention. */
import type { FastifyInstance } from 'fastify';
import { may, type Permission } from '../../accounts/permissions.ts';
import { summariesFor } from '../../accounts/reach.ts';
import type { Db } from '../../db/db.ts';
import { lastActs } from '../../db/history/acts.ts';
import type { Count } from '../../db/wanted.ts';
import { years } from '../../music/albums.ts';
import { outboxHealth } from '../../mail/outbox.ts';
import { addedThisMonth, allStreams, artistsByStreams, likesByDay, signUps } from '../../music/figures.ts';
import { countFaults } from '../../music/health.ts';
import { tableSize } from '../../music/sizes.ts';
import type { Door } from '../../web/door.ts';
import { type Staff, staffOf, staffOnly } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import type { DashboardPage, Figure } from './views.ts';
import { adminPage } from '../frame.ts';
import { barPlot, fullestYears, linePlot } from './plots.ts';

const ARTISTS = 8;
const ACTS = 8;
const HEIGHT = { likes: 200, years: 180 };
const YEARS_SHOWN = { least: 24, most: 80 };

/** GET /admin, for all staff: each part is only there for those who may view what it tells. */
export function dashboard(app: FastifyInstance, { db }: Door): void {
  app.get(urls.admin.dashboard, staffOnly(db, 'staff'), async (request, reply) => {
    const staff = staffOf(request);
    const data = await dashboardPage(db, staff, new Date().toISOString());
    return adminPage(db, request, reply, 'admin/dashboard', data, { title: 'Dashboard', nav: 'dashboard' });
  });
}

async function dashboardPage(db: Db, staff: Staff, now: string): Promise<DashboardPage> {
  const mayDo = (permission: Permission) => may(staff, permission);
  const today = now.slice(0, 10);
  const parts = {
    likes: mayDo('view_like') ? await likesPart(db, today) : undefined,
    artists: mayDo('view_song') ? await artistsPart(db) : undefined,
    years: mayDo('view_album') ? await yearsPart(db) : undefined,
    health: await healthPart(db, mayDo, today),
    acts: mayDo('view_history') ? await actsPart(db, staff, today) : undefined,
  };
  const mail = mayDo('view_user') ? await mailPart(db) : undefined;
  const figures = await figuresPart(db, mayDo, today);
  return {
    canAdd: mayDo('add_album'),
    figures,
    mail,
    ...parts,
    isBare: figures.length === 0 && Object.values(parts).every((part) => part === undefined),
  };
}

async function figuresPart(db: Db, mayDo: (permission: Permission) => boolean, today: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  if (mayDo('view_album')) {
    figures.push({ label: 'Albums', href: urls.admin.list('albums'), value: text.shortNumber(await tableSize(db, 'albums')), ...additions(await addedThisMonth(db, 'albums', today)) });
  }
  if (mayDo('view_song')) {
    const [songs, streams] = [await tableSize(db, 'songs'), await allStreams(db)];
    figures.push(
      { label: 'Songs', href: urls.admin.list('songs'), value: text.shortNumber(songs), ...additions(await addedThisMonth(db, 'songs', today)) },
      { label: 'Streams', href: urls.admin.list('songs', { order: '-num_streams' }), value: text.shortNumber(streams), rest: songs === 0 ? 'No songs yet' : `${text.shortNumber(Math.round(streams / songs))} for each song` },
    );
  }
  if (mayDo('view_like')) {
    const { total, before } = await likesByDay(db, today);
    figures.push({ label: 'Likes, 30 days', href: urls.admin.list('likes'), value: text.shortNumber(total), ...likesChange(total, before) });
  }
  if (mayDo('view_user')) {
    figures.push({ label: 'Users', href: urls.admin.list('users'), value: text.shortNumber(await tableSize(db, 'users')), ...signUpsChange(await signUps(db, today)) });
  }
  return figures;
}

type Change = Pick<Figure, 'lead' | 'rest'>;

function additions({ value, isCapped }: Count): Change {
  if (value === 0) return { rest: 'None added this month' };
  return { lead: { text: `${text.total(value, isCapped)} more`, trend: 'up' }, rest: 'this month' };
}

function likesChange(now: number, before: number): Change {
  if (before === 0) return { rest: now === 0 ? 'None in the 30 before either' : 'None in the 30 before' };
  return compared(now, before, ['up', 'down'], 'on the 30 before') ?? { rest: 'About as many as in the 30 before' };
}

function signUpsChange({ now, before }: { now: Count; before: Count }): Change {
  if (now.isCapped || before.isCapped || before.value === 0) return { rest: now.value === 0 ? 'No sign-ups in 30 days' : `${text.total(now.value, now.isCapped)} ${now.value === 1 ? 'sign-up' : 'sign-ups'} in 30 days` };
  return compared(now.value, before.value, ['more', 'fewer'], 'sign-ups') ?? { rest: 'Sign-ups as before' };
}

/** In per cent; undefined where that would be 0%. */
function compared(now: number, before: number, words: [up: string, down: string], rest: string): Change | undefined {
  const change = Math.round((now / before - 1) * 100);
  if (change === 0) return undefined;
  return { lead: { text: `${text.number(Math.abs(change))}% ${change > 0 ? words[0] : words[1]}`, trend: change > 0 ? 'up' : 'down' }, rest };
}

async function likesPart(db: Db, today: string): Promise<DashboardPage['likes']> {
  const { days, total } = await likesByDay(db, today);
  const [first, last] = [dayAndMonth(days[0]?.day ?? today), dayAndMonth(today)];
  const span = `${first} to ${last}`;
  if (total === 0) return { span };
  const most = days.reduce((best, day) => (day.likes >= best.likes ? day : best));
  return {
    span,
    plot: {
      drawing: linePlot(days.map(({ day, likes }) => ({ day, value: likes })), HEIGHT.likes),
      sentence: `Likes each day from ${span}: ${text.number(days[0]?.likes ?? 0)} on the first day, ${text.number(days.at(-1)?.likes ?? 0)} on the last, at most ${text.number(most.likes)} on ${dayAndMonth(most.day)}`,
      days: days.toReversed(),
    },
  };
}

async function artistsPart(db: Db): Promise<DashboardPage['artists']> {
  const artists = await artistsByStreams(db, ARTISTS);
  const most = artists[0]?.stream_total ?? 0;
  const [size, unit] = ([[1e9, 'Billions'], [1e6, 'Millions'], [1e3, 'Thousands']] as const).find(([least]) => most >= least) ?? [1, ''];
  return {
    unit,
    bars: artists.map(({ name, name_key, stream_total }) => ({
      name,
      href: urls.admin.list('songs', { artist: name_key }),
      short: size === 1 ? text.number(stream_total) : (stream_total / size).toFixed(1),
      share: text.share(stream_total, most),
      streams: stream_total,
    })),
  };
}

async function yearsPart(db: Db): Promise<DashboardPage['years']> {
  const counts = (await years(db)).map(({ year, albums }) => ({ year, value: albums }));
  const { years: shown, others } = fullestYears(counts, YEARS_SHOWN);
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last) return { highest: '' };
  const most = shown.reduce((best, year) => (year.value > best.value ? year : best));
  return {
    highest: `Most: ${most.year}, with ${text.number(most.value)}`,
    plot: {
      drawing: barPlot(shown, HEIGHT.years),
      sentence: `Albums by release year, ${first.year} to ${last.year}: at most ${text.number(most.value)}, in ${most.year}`,
      years: shown.filter(({ value }) => value > 0).toReversed().map(({ year, value }) => ({ year: String(year), albums: value, href: urls.admin.list('albums', { date: String(year).padStart(4, '0') }) })),
      others,
    },
  };
}

async function healthPart(db: Db, mayDo: (permission: Permission) => boolean, today: string): Promise<DashboardPage['health']> {
  const tables = (['albums', 'songs'] as const).filter((table) => mayDo(table === 'albums' ? 'view_album' : 'view_song'));
  if (tables.length === 0) return undefined;
  const faults = [];
  for (const table of tables) {
    for (const { value, label, count } of await countFaults(db, table, today)) faults.push({ label, count, href: urls.admin.list(table, { health: value }) });
  }
  return faults;
}

/** Letters that wait for too long, or that were given up; undefined when all is well. */
async function mailPart(db: Db): Promise<DashboardPage['mail']> {
  const { late, failed, fault } = await outboxHealth(db);
  if (late + failed === 0) return undefined;
  const waiting = late === 0 ? '' : `${text.plural(late, 'mail')} ${late === 1 ? 'has' : 'have'} waited for more than 15 minutes.`;
  const given = failed === 0 ? '' : `${text.plural(failed, 'mail')} could not be sent in the last 24 hours.`;
  return { sentence: [waiting, given].filter(Boolean).join(' '), fault };
}

async function actsPart(db: Db, staff: Staff, today: string): Promise<DashboardPage['acts']> {
  const acts = await lastActs(db, ACTS);
  const summaries = await summariesFor(db, staff, acts);
  return acts.map(({ id, at, person }) => ({ at, when: whenOf(at, today), person, summary: summaries.get(id) ?? '', href: urls.admin.act(id) }));
}

/** The time of today's acts, the day of earlier ones. */
function whenOf(at: string, today: string): string {
  if (at.startsWith(today)) return at.slice(11, 16);
  const [day, month = '', year] = text.date(at).split(' ');
  return at.startsWith(today.slice(0, 4)) ? `${day} ${month.slice(0, 3)}` : `${month.slice(0, 3)} ${year}`;
}

function dayAndMonth(day: string): string {
  return text.date(day).split(' ').slice(0, 2).join(' ');
}
