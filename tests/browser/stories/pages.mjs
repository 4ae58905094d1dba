// Every page that a link leads to: one of each kind (addresses that differ only in an id, a token, the name of a mail's text or their query count as one kind).
import { expect } from '../lib.mjs';

const MOST_PAGES = 120;

function kind(address) {
  const path = address.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}').replace(/[A-Za-z0-9_-]{40,}/g, '{token}')
    .replace(/\/(mailtexte|mail-texts)\/[a-z-]+\/(de|en)/, '/$1/{text}');
  return path + (address.search ? '?' + [...address.searchParams.keys()].sort().slice(0, 1).join('&') : '');
}

// Layout shift after the first paint (Web Vitals: CLS), which must not be.
async function shift(page) {
  return page.evaluate(() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) sum += e.value; })).observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
  }));
}

// Where head, foot and the staff's menu lead, in order: the same on each page that has them (WCAG 2.2, 3.2.3 and 3.2.6).
const FRAMES = ['header nav a', '.staff-menu a', 'footer a'];
const around = (page, frame) => page.$$eval(frame, all => all.map(a => `${a.innerText.trim()} ${a.pathname}`).join(', '));

export default async function pages(window) {
  const frames = {};
  if (window.login) await window.signIn();
  const start = window.login ? window.path('/intern/', '/en/intern/') : window.path('/', '/en/');
  const todo = [start], known = new Set([kind(new URL(start))]);
  while (todo.length) {
    const answer = await window.page.goto(todo.shift());
    const type = answer.headers()['content-type'] ?? '';
    if (!type.startsWith('text/html')) continue;
    expect(answer.status() === 200, `${window.page.url()}: status ${answer.status()}`);
    await window.look(kind(new URL(window.page.url())).replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'start');
    const moved = await window.awake(() => shift(window.page));
    expect(moved < 0.01, `${window.page.url()}: the layout shifts by ${moved}`);
    for (const frame of FRAMES) {
      const here = await around(window.page, frame);
      expect(!here || here === (frames[frame] ??= here), `${window.page.url()}: "${frame}" leads elsewhere: ${here} instead of ${frames[frame]}`);
    }
    const links = await window.page.$$eval('a[href]:not([download])', all => all.map(a => a.href));
    for (const link of links) {
      const address = new URL(link);
      address.hash = '';
      const other = window.lang === 'en' ? !address.pathname.startsWith('/en/') : address.pathname.startsWith('/en/');
      const skip = other || address.origin !== window.url || /^\/(api|assets)\//.test(address.pathname) || /\.(atom|xml|json|txt)$/.test(address.pathname);
      if (skip || known.has(kind(address))) continue;
      known.add(kind(address));
      todo.push(address.href);
      expect(known.size <= MOST_PAGES, `more than ${MOST_PAGES} kinds of pages: ${[...known].join(' ')}`);
    }
  }
}
