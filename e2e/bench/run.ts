/**
 * `npm run bench`: what pages cost the server, at several sizes, beside a bare node:http server in the same
 * run. Everything is asked in turn in several rounds, so that what else the machine does falls on all alike;
 * CPU time per request is the number to compare.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Load, Server } from './children.ts';
import { fill } from './fill.ts';
import type { Job } from './load.ts';
import { type Scenario, scenariosOf } from './scenarios.ts';
import { bulkEdit, promote, staffScenarios } from './staff.ts';
import { programScenarios, streamAll, tokenFor } from './programs.ts';
import { printTables, type Row } from './tables.ts';

const ROUNDS = 3;
const CONNECTIONS = 8;
const WARM_UP = 300;

const { values: options } = parseArgs({
  options: {
    songs: { type: 'string', default: '10000,1000000' },
    seconds: { type: 'string', default: '3' },
    keep: { type: 'string' },
    only: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

type Site = { songs: number; site: Server; floor: Server; scenarios: Scenario[]; staff: string };

if (options.help) {
  console.log(`npm run bench -- [--songs 10000,1000000] [--seconds 3] [--keep DIR] [--profile DIR] [--only PATTERN]
  --songs    sizes of the catalogue to fill, multiples of 100
  --seconds  how long each scenario is asked for, in ${ROUNDS} rounds
  --keep     keeps the filled databases in a folder and uses them again
  --profile  writes a CPU profile of the site into a folder
  --only     only scenarios whose name and visitor match this regular expression`);
} else {
  const sizes = options.songs.split(',').map(Number);
  if (!sizes.every((size) => size >= 1000 && size % 100 === 0)) throw new Error('--songs takes multiples of 100, from 1000 on');
  await bench(sizes, Number(options.seconds) * 1000);
}

async function bench(sizes: number[], milliseconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-bench-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      rmSync(folder, { recursive: true });
      process.exit(1);
    });
  }
  const load = new Load();
  const sites: Site[] = [];
  try {
    for (const songs of sizes) sites.push(await siteOf(songs, await databaseOf(songs, folder)));
    const rows = await measured(sites, load, milliseconds / ROUNDS);
    console.log(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model}), ${CONNECTIONS} connections, ${ROUNDS} rounds of ${(milliseconds / ROUNDS / 1000).toFixed(1)} s`);
    printTables(rows, sizes);
    for (const { songs, site, staff } of sites) {
      const { rows: changed, preview, cpu, elapsed } = await bulkEdit(site, staff);
      console.log(`\nBulk edit of ${changed.toLocaleString('en')} of ${songs.toLocaleString('en')} songs: preview ${preview.toFixed(0)} ms; applied in ${elapsed.toFixed(0)} ms, ${(cpu / changed).toFixed(3)} ms of CPU for each song.`);
      const all = await streamAll(site);
      console.log(`All ${songs.toLocaleString('en')} songs by one call: ${(all.bytes / 1024 / 1024).toFixed(1)} MiB in ${(all.elapsed / 1000).toFixed(1)} s, ${(all.cpu / 1000).toFixed(1)} s of CPU, at most ${(all.rss / 1024 / 1024).toFixed(0)} MiB of memory.`);
    }
    if (rows.some((row) => row.wrong > 0)) process.exitCode = 1;
  } finally {
    load.stop();
    await Promise.all(sites.flatMap(({ site, floor }) => [site.stop(), floor.stop()]));
    rmSync(folder, { recursive: true });
  }
}

/** A filled database of its own for this run: it will be written to. */
async function databaseOf(songs: number, folder: string): Promise<string> {
  const file = join(folder, `${songs}.db`);
  const kept = options.keep === undefined ? file : join(options.keep, `${songs}.db`);
  if (!existsSync(kept)) {
    if (options.keep !== undefined) mkdirSync(options.keep, { recursive: true });
    const start = performance.now();
    await fill(kept, songs);
    console.error(`Filled ${songs} songs in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
  }
  if (kept !== file) copyFileSync(kept, file);
  return file;
}

async function siteOf(songs: number, file: string): Promise<Site> {
  const [site, floor] = [await Server.site(file, options.profile), await Server.floor(file)];
  const staff = await signUp(site, (username) => promote(file, username));
  const scenarios = [...(await scenariosOf(file, await signUp(site))), ...staffScenarios(file, staff, songs), ...programScenarios(await tokenFor(site, staff), songs)].filter(({ name, who }) => new RegExp(options.only ?? '').test(`${name}, ${who}`));
  await frame(site, floor, scenarios);
  return { songs, site, floor, scenarios, staff };
}

/** Makes an account and likes the first songs. Returns its cookie. */
async function signUp(site: Server, made?: (username: string) => void): Promise<string> {
  const username = `bench${Date.now()}`;
  const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
  const post = (path: string, body: string, cookie = '') => fetch(site.url(path), { method: 'POST', headers: { ...headers, ...(cookie ? { cookie } : {}) }, body, redirect: 'manual' });
  const answer = await post('/signup', `username=${username}&password=a+long+winding+road&next=%2F`);
  const cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0]).find((each) => each?.startsWith('tracklist='));
  if (answer.status !== 303 || cookie === undefined) throw new Error(`Signing up was answered ${answer.status}`);
  made?.(username);
  for (let song = 1; song <= 30; song += 1) await post(`/songs/${song}/like`, 'next=%2F', cookie);
  return cookie;
}

/** Makes the floor's pages as large as ours, by a constant text. */
async function frame(site: Server, floor: Server, scenarios: Scenario[]): Promise<void> {
  const lengths: Record<string, number> = {};
  for (const { floor: page, requests } of scenarios) {
    if (page === undefined) continue;
    let difference = 0;
    const some = requests.slice(0, 20);
    for (const { path } of some) difference += (await bytesOf(site, path)) - (await bytesOf(floor, path));
    lengths[page] = difference / some.length;
  }
  await floor.ask(lengths);
}

async function bytesOf(server: Server, path: string): Promise<number> {
  return (await (await fetch(server.url(path), { headers: { 'accept-encoding': 'identity' } })).arrayBuffer()).byteLength;
}

async function measured(sites: Site[], load: Load, milliseconds: number): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index] of (sites[0] as Site).scenarios.entries()) {
      for (const { songs, site, floor, scenarios } of sites) {
        const scenario = scenarios[index] as Scenario;
        const time = round === 0 ? WARM_UP : milliseconds;
        const turns: [Server, boolean][] = [[site, false], ...(scenario.floor ? [[floor, true] as [Server, boolean]] : [])];
        for (const [server, isFloor] of turns) {
          const key = `${songs} ${index} ${isFloor}`;
          const row = rows.get(key) ?? emptyRow(songs, scenario, isFloor);
          rows.set(key, row);
          // Whatever was written since has emptied the cache.
          if (scenario.who.startsWith('cached')) await load.run({ ...jobOf(server, scenario), milliseconds: 0, everyOne: true });
          await measure(server, row, load, time, round === 0);
        }
      }
    }
    if (round > 0) console.error(`Round ${round} of ${ROUNDS} is done.`);
  }
  return [...rows.values()];
}

async function measure(server: Server, row: Row, load: Load, milliseconds: number, isWarmUp: boolean): Promise<void> {
  const before = await server.usage();
  const report = await load.run({ ...jobOf(server, row.scenario), milliseconds });
  const after = await server.usage();
  const wrong = Object.values(report.wrong).reduce((sum, count) => sum + count, 0);
  if (wrong > 0) console.error(`${row.scenario.name}, ${row.scenario.who}: ${Object.entries(report.wrong).map(([status, count]) => `${count} answers ${status}`).join(', ')}`);
  row.wrong += wrong;
  if (isWarmUp) return;
  row.rounds.push({ answers: report.answers, cpu: (after.cpu - before.cpu) / report.answers, rate: report.answers / (report.elapsed / 1000), p50: report.p50, p99: report.p99 });
  row.bytes = report.bytes;
  row.rss = after.rss;
}

function jobOf({ port }: Server, { requests, status }: Scenario): Omit<Job, 'milliseconds'> {
  return { port, requests, status, connections: CONNECTIONS };
}

function emptyRow(songs: number, scenario: Scenario, isFloor: boolean): Row {
  return { songs, scenario, isFloor, rounds: [], bytes: 0, rss: 0, wrong: 0 };
}
