/** A reporter for Playwright that writes how many journeys passed and failed to the file that COUNTS names. */
import { writeFileSync } from 'node:fs';
import type { FullConfig, FullResult, Reporter, Suite, TestError } from '@playwright/test/reporter';

export default class CountReporter implements Reporter {
  #all: Suite | undefined;
  #faults = 0;

  onBegin(_config: FullConfig, all: Suite): void {
    this.#all = all;
  }

  /** What goes wrong outside of every journey. */
  onError(_error: TestError): void {
    this.#faults += 1;
  }

  /** A journey that was left out counts as failed. */
  onEnd({ status }: FullResult): void {
    const journeys = this.#all?.allTests() ?? [];
    const passed = journeys.filter((journey) => ['expected', 'flaky'].includes(journey.outcome())).length;
    const failed = Math.max(journeys.length - passed + this.#faults, status === 'passed' ? 0 : 1);
    const file = process.env['COUNTS'];
    if (file !== undefined) writeFileSync(file, JSON.stringify({ passed, failed }));
  }
}
