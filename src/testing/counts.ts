/** How many tests ran, and how they ended. */
export type Counts = { passed: number; failed: number };

export function sum(counts: readonly Counts[]): Counts {
  return counts.reduce((all, { passed, failed }) => ({ passed: all.passed + passed, failed: all.failed + failed }), { passed: 0, failed: 0 });
}

/** The last line of a run; nothing ran is a failure, too. */
export function tell(counts: Counts): void {
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}
