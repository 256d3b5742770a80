/** Prints what was measured. */
import type { Scenario } from './scenarios.ts';

export type Round = { answers: number; cpu: number; rate: number; p50: number; p99: number };
export type Row = { songs: number; scenario: Scenario; isFloor: boolean; rounds: Round[]; bytes: number; rss: number; wrong: number };

/** What the issue asks for, as ratios and milliseconds of CPU. */
const TARGETS = { floor: 1.3, growth: 1.3, signedIn: 1.3, cached: 0.1, search: 30, staff: 100 };

/** A table for each size, then how the sizes compare. */
export function printTables(rows: Row[], sizes: number[]): void {
  for (const songs of sizes) {
    const own = rows.filter((row) => row.songs === songs);
    console.log(`\n## ${songs.toLocaleString('en')} songs\n`);
    print(['page', 'visitor', 'req/s', 'CPU ms', 'p50 ms', 'p99 ms', 'KiB', 'RSS MiB', '× floor', '× rendered', 'wrong'], own.filter((row) => !row.isFloor).map((row) => {
      const floor = own.find((other) => other.isFloor && other.scenario === row.scenario);
      const rendered = row.scenario.who === 'signed in' ? own.find((other) => !other.isFloor && other.scenario.who === 'rendered' && other.scenario.name === row.scenario.name) : undefined;
      return [row.scenario.name, row.scenario.who, ...figures(row),
        floor ? ratio(row, floor, TARGETS.floor) : '', rendered ? ratio(row, rendered, TARGETS.signedIn) : '', row.wrong > 0 ? String(row.wrong) : ''];
    }));
    console.log('');
    print(['the floor', '', 'req/s', 'CPU ms', 'p50 ms', 'p99 ms', 'KiB', 'RSS MiB'], own.filter((row) => row.isFloor).map((row) => [row.scenario.name, '', ...figures(row)]));
  }
  if (sizes.length > 1) printGrowth(rows, sizes);
  console.log(`\n! misses its target: ${TARGETS.floor} × the floor, ${TARGETS.cached} ms from the cache, ${TARGETS.search} ms for a search, ${TARGETS.staff} ms in the admin area, ${TARGETS.signedIn} × rendered when signed in, ${TARGETS.growth} × the first page at the smallest size.`);
}

function printGrowth(rows: Row[], sizes: number[]): void {
  const [smallest, ...larger] = sizes as [number, ...number[]];
  const find = (songs: number, name: string, who: string) => rows.find((row) => !row.isFloor && row.songs === songs && row.scenario.name === name && row.scenario.who === who);
  console.log('\n## Growth: CPU per request over the first page at the smallest size\n');
  print(['page', 'visitor', ...larger.map((songs) => songs.toLocaleString('en'))], rows.filter((row) => !row.isFloor && row.songs === smallest).map(({ scenario }) => {
    const base = find(smallest, scenario.first ?? scenario.name, scenario.who);
    return [scenario.name, scenario.who, ...larger.map((songs) => {
      const row = find(songs, scenario.name, scenario.who);
      // A search has a target in milliseconds, and a like none.
      const target = scenario.who === 'staff' || /^(search|suggestions|like)/.test(scenario.name) ? Number.POSITIVE_INFINITY : TARGETS.growth;
      return base && row ? ratio(row, base, target) : '';
    })];
  }));
}

function figures(row: Row): string[] {
  const { name, who } = row.scenario;
  const isOver = cpu(row) > (who.startsWith('cached') ? TARGETS.cached : who === 'staff' ? TARGETS.staff : name.startsWith('search') ? TARGETS.search : Infinity);
  return [
    median(row.rounds.map(({ rate }) => rate)).toFixed(0), cpu(row).toFixed(3) + (isOver ? ' !' : ''),
    median(row.rounds.map(({ p50 }) => p50)).toFixed(2), median(row.rounds.map(({ p99 }) => p99)).toFixed(2),
    (row.bytes / 1024).toFixed(1), (row.rss / 1024 / 1024).toFixed(0),
  ];
}

function cpu(row: Row): number {
  return median(row.rounds.map((round) => round.cpu));
}

/** The median of the ratios of each round, which were measured right after each other. */
function ratio(row: Row, other: Row, target: number): string {
  const value = median(row.rounds.map((round, index) => round.cpu / (other.rounds[index]?.cpu ?? Number.NaN)));
  return value.toFixed(2) + (value > target ? ' !' : '');
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(head: string[], rows: string[][]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  console.log([line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n'));
}
