/**
 * The whole test command: type check and lint, which stop it when they fail, then the unit and HTTP tests,
 * then the journeys. The last line says how many passed and failed.
 */
import { spawnSync } from 'node:child_process';
import { type Counts, sum, tell } from '../src/testing/counts.ts';
import { runUnitTests } from '../src/testing/run.ts';
import { runJourneys } from './run.ts';

tell(isSound('check') && isSound('lint') ? await runTests() : { passed: 0, failed: 1 });

function isSound(script: string): boolean {
  return spawnSync('npm', ['run', script], { stdio: 'inherit' }).status === 0;
}

async function runTests(): Promise<Counts> {
  return sum([await runUnitTests(), await runJourneys()]);
}
