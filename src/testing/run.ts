/**
 * Runs the unit and HTTP tests: `npm run test:unit`, or some of them, `npm run test:unit -- FILE …`.
 * Loading the site costs a second of work for each process and a test a few hundredths, so files share a
 * few processes, as many at a time as there are cores; those in ALONE have one of their own.
 */
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, sum, tell } from './counts.ts';
import { COMPILED } from './kept.ts';

/** Files that measure or change the process that they run in, and those that start others and wait for them. */
const ALONE = ['src/server.test.ts', 'src/memory.test.ts', 'src/commands/manage.test.ts', 'src/commands/sendtestmail.test.ts', 'src/accounts/passwords.test.ts'];
/** Groups for each core: with more than one a core that is done early takes another. */
const GROUPS = 2;
const REPORTER = join(import.meta.dirname, 'count-reporter.ts');

/**
 * Runs all test files, or those that match one of the patterns; what begins with a dash is an option for
 * Node, such as `--test-name-pattern=…`. Prints as they go, and gives how many passed and failed.
 */
export async function runUnitTests(given: readonly string[] = []): Promise<Counts> {
  const options = given.filter((each) => each.startsWith('-'));
  const patterns = given.filter((each) => !each.startsWith('-'));
  const files = globSync(patterns.length > 0 ? patterns : 'src/**/*.test.ts').sort();
  if (files.length === 0) throw new Error(`There is no test file ${patterns.join(' ')}.`);
  const waiting = jobsOf(files);
  const counts: Counts[] = [];
  await Promise.all(Array.from({ length: availableParallelism() }, async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) counts.push(await run(job, options));
  }));
  return sum(counts);
}

/** The files of each process, those first that take longest. */
function jobsOf(files: readonly string[]): string[][] {
  const alone = ALONE.filter((file) => files.includes(file)).map((file) => [file]);
  const others = files.filter((file) => !ALONE.includes(file));
  const groups: string[][] = Array.from({ length: GROUPS * availableParallelism() }, () => []);
  for (const [index, file] of others.entries()) groups[index % groups.length]?.push(file);
  return [...alone, ...groups.filter((group) => group.length > 0)];
}

async function run(files: readonly string[], options: readonly string[]): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-counts-'));
  const told = join(folder, 'counts.json');
  const child = spawn(process.execPath, [
    '--test', '--test-isolation=none',
    '--test-reporter=spec', '--test-reporter-destination=stdout', `--test-reporter=${REPORTER}`, `--test-reporter-destination=${told}`,
    ...options, ...files,
  ], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NODE_COMPILE_CACHE: COMPILED } });
  const code = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
  const counts = countsIn(told, code);
  rmSync(folder, { recursive: true });
  return counts;
}

/** A process that ended badly without a failed test counts as one; so does each test that was skipped. */
function countsIn(file: string, code: number | null): Counts {
  try {
    const { passed, tests } = JSON.parse(readFileSync(file, 'utf8')) as { passed: number; tests: number };
    return { passed, failed: Math.max(tests - passed, code === 0 ? 0 : 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

if (import.meta.main) tell(await runUnitTests(process.argv.slice(2)));
