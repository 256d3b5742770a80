/** A password from the terminal without an echo, or from the standard input of a script. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { invalid } from '../errors.ts';

/** Reads a password: the first line of the input with `fromInput`, else asked twice. */
export async function readPassword({ fromInput }: { fromInput: boolean }): Promise<string> {
  if (fromInput) return (await allInput()).replace(/\r?\n[\s\S]*$/, '');
  if (!process.stdin.isTTY) throw invalid({ password: 'There is no terminal to ask for a password. Use --password-stdin.' });
  const [first, second] = [await ask('Password: '), await ask('Password again: ')];
  if (first !== second) throw invalid({ password: 'The two passwords differ. Nothing was changed.' });
  return first;
}

async function allInput(): Promise<string> {
  let text = '';
  for await (const part of process.stdin) text += part;
  return text;
}

function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_part, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve) => {
    terminal.question('', (answer) => {
      process.stderr.write('\n');
      terminal.close();
      resolve(answer);
    });
    terminal.once('SIGINT', () => process.exit(130));
  });
}
