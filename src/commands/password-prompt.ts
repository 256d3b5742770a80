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
  for await (const part of process.stdin.setEncoding('utf8')) text += part;
  return text;
}

function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_part, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true, historySize: 0 });
  return new Promise((resolve, reject) => {
    terminal.question('', (answer) => {
      resolve(answer);
      terminal.close();
    });
    terminal.once('SIGINT', () => terminal.close());
    // At the end of the input or an interrupt there is no answer; after one this comes too late to matter.
    terminal.once('close', () => {
      process.stderr.write('\n');
      reject(invalid({ password: 'No password was given. Nothing was changed.' }));
    });
  });
}
