import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAddress, networkOf, networksOf } from './networks.ts';

test('the part of an address that is one household', () => {
  const cases: [string, string][] = [
    ['203.0.113.7', '203.0.113.7'], ['::ffff:203.0.113.7', '203.0.113.7'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'], ['2001:db8::6', '2001:db8::/64'],
    ['2001:0DB8::6', '2001:db8::/64'], ['::1', '::/64'], ['::', '::/64'], ['fe80::1%eth0', 'fe80::/64'], ['', ''], ['not an address', 'not an address'],
  ];
  for (const [address, network] of cases) assert.equal(networkOf(address), network, address);
});

test('an address of IPv6 belongs to a site, too', () => {
  assert.deepEqual(networksOf('2001:db8:1:2:3:4:5:6'), ['2001:db8:1:2::/64', '2001:db8:1::/48']);
  assert.deepEqual(networksOf('203.0.113.7'), ['203.0.113.7']);
});

test('an address is what people write, and no number', () => {
  for (const text of ['203.0.113.7', '2001:db8::7', '::1', '::ffff:203.0.113.7']) assert.equal(isAddress(text), true, text);
  for (const text of ['ann', '7', '203.0.113', '0x7f000001', '', '203.0.113.7/32']) assert.equal(isAddress(text), false, text);
});
