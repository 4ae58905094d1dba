// Newsletters from all sides, and an entry that nobody confirmed: staff write, look, delete and send; everyone reads; the people of an entry
// and staff confirm it.
// facts: {refresh: path of the mail's link}
import { expect } from '../lib.mjs';

const field = (window, name) => window.page.locator(`main form [name="${name}"]`);
const button = (window, german, english) => window.page.locator('main form button', { hasText: window.lang === 'en' ? english : german }).first();
const link = (window, german, english) => window.page.locator('main a', { hasText: window.lang === 'en' ? english : german }).first();
const told = async window => expect(await window.page.locator('main .kern-alert--success').count() === 1, `${window.page.url()}: nothing says that it is done`);

async function write(window) {
  await window.hand.go(link(window, 'Neuen Newsletter', 'Write a new'));
  await window.hand.go(button(window, 'Speichern', 'Save'));
  await window.meet('letter-faulty');
  await window.hand.type(field(window, 'subject_de'), 'Was im Sommer war');
  await window.hand.type(field(window, 'body_de'), '## Neues\n\nViel: [lesen](https://example.org/).\n\n- eins\n- zwei');
  await window.hand.type(field(window, 'subject_en'), 'What summer brought');
  await window.hand.type(field(window, 'body_en'), '## News\n\nA lot.');
  await window.hand.go(button(window, 'Speichern', 'Save'));
  await told(window);
  await window.meet('letter-draft');
}

async function newsletters(window) {
  await window.goto('/intern/newsletter', '/en/intern/newsletter');
  await window.meet('letters-none');
  await write(window);
  await window.hand.go(link(window, 'Entwurf löschen', 'Delete draft'));
  await window.meet('letter-delete');
  await window.hand.go(button(window, 'Entwurf löschen', 'Delete draft'));
  await told(window);
  await write(window);
  const draft = window.page.url();
  const views = window.page.locator('main a[href*="/ansicht"], main a[href*="/view"]');
  await window.hand.go(window.lang === 'en' ? views.last() : views.first());   // a mail is in its own language
  await window.look('letter-view');
  await window.lookInTheDark('letter-view');
  await window.page.goto(draft);
  await window.hand.go(window.page.locator('main a[href$="/senden"], main a[href$="/send"]'));
  await window.meet('letter-send');
  await window.hand.go(window.page.locator('main form button[type=submit]').last());
  await told(window);
  await window.meet('letter-progress');
  await window.goto('/intern/newsletter', '/en/intern/newsletter');
  await window.meet('letters');
  await window.goto('/newsletter', '/en/newsletter');
  await window.meet('newsletters');
  await window.hand.go(window.page.locator('main li a').first());
  await window.meet('newsletter');
  await window.page.evaluate(() => document.querySelector('main article div').insertAdjacentHTML('beforeend', `<pre><code>${'wide'.repeat(60)}</code></pre>`));
  await window.look('newsletter-wide');   // whatever somebody writes keeps to the window
}

async function entries(window) {
  await window.goto('/intern/', '/en/intern/');
  await window.hand.go(window.page.locator('main a[href$="/eintraege/pruefen"], main a[href$="/entries/check"]'));
  await window.meet('stale');
  await window.hand.go(window.page.locator('main form button').first());
  await told(window);
  await window.meet('stale-confirmed');
  await window.page.goto(window.url + window.facts.refresh);
  await window.meet('refresh');
  if (await window.page.locator('main form button').count()) await window.hand.go(window.page.locator('main form button'));
  await window.meet('refreshed');
}

export default async function story(window) {
  await window.signIn();
  await newsletters(window);
  await entries(window);
}
