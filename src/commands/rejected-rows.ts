/** The rows that an import rejects, written to a CSV file as they come. */
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { invalid } from '../errors.ts';
import type { Rejection } from '../transfer/import.ts';

export class RejectedRows {
  readonly #file: number;

  /**
   * @param path the file to write, emptied if it is there
   * @param imported the file that is imported, which must not be it
   * @throws InvalidInput when it can't be written
   */
  constructor(path: string, imported: string) {
    if (isSame(path, imported)) throw invalid({ errors: `The rejected rows can’t go into ${path}, the file that is imported.` });
    try {
      this.#file = openSync(path, 'w');
    } catch (error) {
      throw invalid({ errors: `The rejected rows can’t be written to ${path} (${(error as NodeJS.ErrnoException).code}).` });
    }
    writeSync(this.#file, 'line,reasons\r\n');
  }

  add({ place, reasons }: Rejection): void {
    writeSync(this.#file, `${place},"${reasons.join(' ').replaceAll('"', '""')}"\r\n`);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && second !== undefined && first.ino === second.ino && first.dev === second.dev;
}
