// What comes over the wire: all of a first visit, fonts included, and all of each next page.
import { expect } from '../lib.mjs';

const FIRST_BYTES = 120000, NEXT_BYTES = 15000;

export default async function sizes(window) {
  await window.devtools.send('Network.enable');
  const kinds = new Map(), parts = new Map();
  window.devtools.on('Network.responseReceived', e => kinds.set(e.requestId, `${e.response.status} ${new URL(e.response.url).pathname} ${e.response.headers['content-encoding'] ?? e.response.headers['Content-Encoding'] ?? 'plain'}`));
  window.devtools.on('Network.loadingFinished', e => kinds.get(e.requestId)?.includes(' /') && parts.set(`${kinds.get(e.requestId)}#${e.requestId}`, e.encodedDataLength));
  const visit = async path => {
    parts.clear();
    await window.page.goto(window.url + path, { waitUntil: 'networkidle' });
    const bytes = [...parts.values()].reduce((a, b) => a + b, 0);
    console.log(`${path}: ${bytes} bytes (${[...parts].map(([name, n]) => `${name.split('#')[0]}: ${n}`).join(', ')})`);
    return bytes;
  };
  const first = await visit(window.lang === 'en' ? '/en/' : '/');
  expect(first < FIRST_BYTES, `a first visit takes ${first} bytes, not less than ${FIRST_BYTES}`);
  expect([...parts.keys()].some(name => name.includes('.woff2')), `no font: ${[...parts.keys()].join(' ')}`);
  for (const path of window.facts.paths) {
    const next = await visit(path);
    expect(next < NEXT_BYTES, `${path} takes ${next} bytes, not less than ${NEXT_BYTES}`);
  }
}
