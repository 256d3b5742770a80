import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '../../testing/app.ts';
import { program } from '../../testing/program.ts';

test('the smallest addresses answer, with and without a closing slash', async (t) => {
  const call = program(await testApp(t));
  for (const slash of ['', '/']) {
    assert.equal((await call('GET', `/hello_world${slash}`)).body, 'Hello World!');
    assert.deepEqual((await call('GET', `/hello-x/Zo%C3%AB%20%22%3Cb%3E${slash}`)).json, { 'My Reply': 'Hello Zoë "<b>' });
    const printed = await call('GET', `/hello-x/Zo%C3%AB/print${slash}`);
    assert.deepEqual([printed.status, printed.body], [404, 'I printed it!']);
    assert.deepEqual((await call('GET', `/goodbye${slash}?msg=One&msg=All`)).json, { Reply: 'Goodbye All' });
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) {
    const { status, body } = await call(method, '/goodbye');
    assert.deepEqual([status, body], [400, ''], method);
  }
});
