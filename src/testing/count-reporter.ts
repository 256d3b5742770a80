/** A reporter for Node's test runner: its only output is one line of JSON with what was counted. */
import type { TestEvent } from 'node:test/reporters';

export default async function* countReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    // The summary of a single file names it; that of everything names none.
    if (type === 'test:summary' && data.file === undefined) yield `${JSON.stringify(data.counts)}\n`;
  }
}
