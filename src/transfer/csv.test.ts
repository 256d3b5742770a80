import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CsvRecord, readCsv } from './csv.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function read(text: string, size = 1000): Promise<{ header: string[]; delimiter: string; records: CsvRecord[] }> {
  const csv = await readCsv(inPieces(text, size));
  const records: CsvRecord[] = [];
  for await (const record of csv.records) records.push(record);
  return { header: csv.header, delimiter: csv.delimiter, records };
}

describe('a CSV file', () => {
  test('gives its header, and each record with the physical line on which it begins', async () => {
    assert.deepEqual(await read('a,b\n1,2\n3,4\n'), {
      header: ['a', 'b'],
      delimiter: ',',
      records: [{ line: 2, fields: ['1', '2'] }, { line: 3, fields: ['3', '4'] }],
    });
  });

  test('quotes fields that hold delimiters, line breaks and doubled quotes', async () => {
    const { records } = await read('a,b\n"1,5","say ""hi"""\n"two\nlines","three\r\nmore\r\nlines"\nx,""\n');
    assert.deepEqual(records, [
      { line: 2, fields: ['1,5', 'say "hi"'] },
      { line: 3, fields: ['two\nlines', 'three\r\nmore\r\nlines'] },
      { line: 7, fields: ['x', ''] },
    ]);
  });

  test('ends its lines with LF, CRLF or CR, the last one with nothing', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const { records } = await read(['a,b', '1,2', '3,4'].join(end));
      assert.deepEqual(records, [{ line: 2, fields: ['1', '2'] }, { line: 3, fields: ['3', '4'] }], JSON.stringify(end));
    }
  });

  test('has no row in a blank line, and counts it all the same', async () => {
    const { header, records } = await read('\n\na,b\r\n\r\n1,2\r\n   \r\n3,4\r\n\r\n');
    assert.deepEqual(header, ['a', 'b']);
    assert.deepEqual(records, [{ line: 5, fields: ['1', '2'] }, { line: 7, fields: ['3', '4'] }]);
  });

  test('keeps a row of empty fields, and the white space around values', async () => {
    const { records } = await read('a,b\n,\n 1 ,\t2\u00a0\n');
    assert.deepEqual(records, [{ line: 2, fields: ['', ''] }, { line: 3, fields: [' 1 ', '\t2\u00a0'] }]);
  });

  test('takes a quote inside a field that does not begin with one as it is', async () => {
    assert.deepEqual((await read('a,b\n12" mix,x\n')).records, [{ line: 2, fields: ['12" mix', 'x'] }]);
  });

  test('tells a row whose number of fields differs from the header’s, and goes on', async () => {
    const { records } = await read('a,b\n1\n1,2,3\n""\n1,2\n');
    assert.deepEqual(records.map(({ line, fault }) => [line, fault]), [
      [2, 'The row has 1 field, the header has 2.'],
      [3, 'The row has 3 fields, the header has 2.'],
      [4, 'The row has 1 field, the header has 2.'],
      [5, undefined],
    ]);
  });

  test('tells a row with text after a closing quote, and goes on', async () => {
    const { records } = await read('a,b\n"1"x,2\n3,4\n');
    assert.match(records[0]?.fault ?? '', /Text follows a closing quote/);
    assert.deepEqual(records[1], { line: 3, fields: ['3', '4'] });
  });

  test('with a quote that is never closed is refused with its line', async () => {
    await assert.rejects(read('a,b\n1,2\n3,"4\n5,6\n'), /The quote that opens on line 3 is never closed/);
    await assert.rejects(read(`a,b\n1,"2${'x\n'.repeat(600_000)}`), /The quote that opens on line 2 is not closed within 1,000,000 characters/);
  });

  test('without line breaks is refused before it fills the memory', async () => {
    await assert.rejects(read(`a,b\n${'x'.repeat(1_100_000)}`), /The row that begins on line 2 is longer than 1,000,000 characters/);
  });

  test('is separated by comma, semicolon or tab, whichever its header has most', async () => {
    assert.deepEqual((await read('a;b;"c,d,e,f"\n1;2;3,5\n')).records, [{ line: 2, fields: ['1', '2', '3,5'] }]);
    assert.deepEqual((await read('a\tb\n1\t2;3\n')).records, [{ line: 2, fields: ['1', '2;3'] }]);
    assert.equal((await read('a\n1\n')).delimiter, ',');
  });

  test('that is empty or no text is refused', async () => {
    for (const text of ['', '\n \n']) await assert.rejects(read(text), /The file is empty/);
    await assert.rejects(read('PK\u0003\u0004\u0000\u0000\n'), /no CSV: its first line holds characters that no text has/);
  });

  test('reads the same however it is cut into pieces', async () => {
    const text = 'a,"b\r\nb",c\r\n"1""","2\r\n,""x",3\r\n\r\n"","",""\r4,5\n6,"7"";\n",8';
    const whole = await read(text, text.length);
    assert.equal(whole.records.length, 4);
    for (let size = 1; size < text.length; size += 1) assert.deepEqual(await read(text, size), whole, `${size}`);
  });
});
