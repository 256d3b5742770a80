/** How far an import is: a bar on a terminal, a line every ten per cent elsewhere. */
import type { ImportProgress as Progress } from '../transfer/import.ts';

const WIDTH = 30;

type Output = { isTTY?: boolean; write(text: string): unknown };

export class ImportProgress {
  readonly #output: Output;
  #told = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  show({ rows, part }: Progress): void {
    const sofar = `${Math.floor(part * 100)} %, ${rows.toLocaleString('en')} rows`;
    if (this.#output.isTTY) {
      const filled = Math.floor(part * WIDTH);
      this.#output.write(`\r${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${sofar}`);
    } else if (Math.floor(part * 10) > this.#told) {
      this.#told = Math.floor(part * 10);
      this.#output.write(`${sofar}\n`);
    }
  }

  /** Takes the bar away, so that what follows begins a line of its own. */
  [Symbol.dispose](): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[K');
  }
}
