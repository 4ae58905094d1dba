// Staff change the text of a mail: faulty, looked at, saved, given back; and every mail as its reader sees it.
import { expect } from '../lib.mjs';

const source = window => window.page.locator('main textarea[name=source]');
const button = (window, german, english) => window.page.locator('main form button', { hasText: window.lang === 'en' ? english : german }).first();
const told = async (window, what) => expect(await window.page.locator('main .kern-alert--success').count() === 1, `${window.page.url()}: nothing says that ${what}`);

async function list(window) {
  await window.goto('/intern/mailtexte', '/en/intern/mail-texts');
  await window.meet('mail-texts');
  return window.page.locator(`main li a[href$="/${window.lang}"]`).evaluateAll(links => links.map(a => a.getAttribute('href')));
}

async function change(window, path) {
  await window.page.goto(window.url + path);
  await window.meet('mail-text');
  await window.hand.type(source(window), '# S\n\n{{nichts}}');
  await window.hand.go(button(window, 'Speichern', 'Save'));
  await window.meet('mail-text-faulty');
  await window.hand.type(source(window), '# S {{receipt}}\n\n[Weiter]({{status_url}})');
  await window.hand.go(button(window, 'Vorschau', 'Preview'));
  await window.meet('mail-text-preview');
  await window.hand.go(button(window, 'Speichern', 'Save'));
  await told(window, 'it is saved');
  await window.meet('mail-text-saved');
  await window.hand.go(button(window, 'Zurück', 'Back'));
  await told(window, 'it is given back');
}

// The button opens a tab of its own; the critic stays in this one.
async function sheet(window, path, dark) {
  await window.page.goto(window.url + path);
  const open = button(window, 'Als Mail ansehen', 'Look at it as an email');
  await open.evaluate(e => e.removeAttribute('formtarget'));
  await Promise.all([window.page.waitForNavigation(), open.click()]);
  await window.look('mail-' + path.split('/').at(-2));
  if (window.keys) await window.criticise(window.page.url());
  if (dark) await window.lookInTheDark('mail-' + path.split('/').at(-2));
  const [first, all] = await window.page.evaluate(() => [document.querySelector('body > div').textContent, document.body.innerText.replace(/\s+/g, ' ')]);
  expect(all.split(first.replace(/ …$/, '')).length === 2, `${window.page.url()}: once for readers, not oftener: ${first}`);
}

export default async function story(window) {
  await window.signIn();
  const paths = await list(window);
  expect(paths.length >= 18, `${paths.length} texts`);
  await change(window, paths.find(p => p.includes('/withdrawn/')));
  // English mails are built alike: some of them will do.
  for (const [i, path] of paths.filter((_, i) => window.lang === 'de' || i % 6 === 0).entries()) await sheet(window, path, i % 4 === 0);
}
