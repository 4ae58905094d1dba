// Mails from all sides: somebody sends a form with an address, confirms it by the mail's link and sees the state; somebody subscribes,
// chooses and leaves; staff look after what did not arrive. What comes by mail the test hands over.
// facts: {part, …} with what that part needs
import { expect, until } from '../lib.mjs';
import { answerAll, faulty } from './citizen.mjs';

const field = (window, name) => window.page.locator(`main form [name="${name}"]`);
const send = window => window.page.locator('main form button[type=submit]').last();
const done = async (window, what) => expect(await window.page.locator('main .kern-alert--success').count() === 1, `${window.page.url()}: nothing says that ${what}`);
const own = (window, url) => window.url + new URL(url).pathname + new URL(url).search;

// ---- who sends a form

/** facts: {form, title, address} */
async function sends(window) {
  const { form, title, address } = window.facts;
  await window.goto(`/formulare/${form}`, `/en/forms/${form}`);
  await answerAll(window, title);
  await window.hand.type(field(window, 'contact.email'), address);
  await window.hand.go(window.page.locator('button[name=_do][value=review]'));
  await window.hand.go(window.page.locator('button[name=_do][value=send]'));
  expect(await window.page.locator('main .kern-alert--warning h2').count() === 1, `${window.page.url()}: nothing asks to confirm the address`);
  await window.meet('mail-unconfirmed');
  await window.hand.go(window.page.locator('main a[href$="/beleg"], main a[href$="/receipt"]'));
  await window.meet('mail-receipt');
}

// Where script runs, a look is enough; where not, a button.
async function confirm(window, name) {
  if (window.script && !window.facts.asks) {
    await window.page.goto(own(window, window.facts.confirm));
  } else {
    await window.page.goto(own(window, window.facts.confirm));
    await window.meet(name);
    await window.hand.go(send(window));
  }
  await until(() => /\/(einstellungen|preferences)\//.test(window.page.url()), 'confirmed');
  await done(window, 'it is confirmed');
}

/** facts: {confirm, status} */
async function confirms(window) {
  await confirm(window, 'mail-confirm');
  await window.meet('mail-confirmed');
  await window.page.goto(own(window, window.facts.confirm));
  await window.meet('mail-confirm-again');
  await window.page.goto(own(window, window.facts.status));
  expect(await window.page.locator('main .kern-alert--warning').count() === 0, `${window.page.url()}: still asks to confirm the address`);
  await window.meet('mail-status');
}

// ---- who subscribes

/** facts: {address} */
async function subscribes(window) {
  await window.goto('/', '/en/');
  await window.hand.go(window.page.locator('footer a[href="/auf-dem-laufenden"], footer a[href="/en/stay-informed"]'));
  await window.meet('subscribe');
  await window.hand.go(send(window));
  await window.meet('subscribe-faulty');
  await window.page.reload();
  await faulty(window, 2);
  for (const list of await field(window, 'lists').all()) await window.hand.tick(list);
  await window.hand.type(field(window, 'email'), window.facts.address);
  await window.hand.press(window.page.locator('main form details:not([open]) summary').first());
  await window.hand.tick(field(window, 'themes').first());
  await window.hand.tick(field(window, 'districts').first());
  await window.hand.go(send(window));
  await done(window, 'a mail was sent');
  await window.meet('subscribed');
}

/** facts: {confirm} */
async function chooses(window) {
  await confirm(window, 'subscribe-confirm');
  await window.meet('preferences');
  expect(await field(window, 'themes').first().isChecked(), 'the theme that was chosen is not');
  await window.hand.tick(field(window, 'frequency').last());
  await window.hand.go(send(window));
  await done(window, 'it is saved');
  expect(await field(window, 'frequency').last().isChecked(), 'what was chosen is not kept');
  await window.hand.go(window.page.locator('main button[name=_leave][value=digest]'));
  await done(window, 'the list is left');
  await window.meet('preferences-less');
}

/** facts: {leave} */
async function leaves(window) {
  await window.goto('/newsletter', '/en/newsletter');
  await window.meet('newsletters');
  await window.hand.go(window.page.locator('main a[href*="/newsletter/"]:not([href$=".atom"])').first());
  await window.meet('newsletter-issue');
  await window.page.goto(own(window, window.facts.leave));
  await window.meet('leave');
  await window.hand.go(send(window));
  await done(window, 'the list is left');
  await window.meet('left');
}

// ---- staff

async function find(window, address) {
  await window.goto('/intern/mails', '/en/intern/mails');
  await window.hand.type(field(window, 'address').first(), address);
  await window.hand.go(window.page.locator('main form[role=search] button[type=submit]'));
  expect(!window.page.url().includes('@') && !window.page.url().includes('%40'), 'an address is in the address of the page');
  expect(await window.page.locator('main .cards a').count() >= 1, `no mail to ${address}`);
}

/** facts: {lost: an address whose mail failed, waiting: one whose mail waits} */
async function ledger(window) {
  const { lost, waiting } = window.facts;
  const moved = async (locator, name) => {
    await window.hand.go(locator);
    await done(window, `the mail is moved: ${name}`);
    await window.look(name);
  };
  const way = (german, english) => window.page.locator(`main a[href$="/${window.lang === 'en' ? english : german}"]`);
  const button = (german, english) => window.page.locator(`main form[action$="/${window.lang === 'en' ? english : german}"] button`);
  await window.signIn();
  await window.hand.go(window.page.locator('.staff-menu a[href$="/intern/mails"]'));
  await window.meet('mails');
  await window.hand.go(window.page.locator('main nav a[href*="view=failed"]'));
  await window.meet('mails-failed');
  await find(window, lost);
  await window.meet('mails-found');
  await window.hand.go(window.page.locator('main .cards a').first());
  await window.meet('mail');
  await moved(button('erneut-senden', 'retry'), 'mail-again');
  await find(window, waiting);
  await window.hand.go(window.page.locator('main .cards a').first());
  await moved(button('anhalten', 'hold'), 'mail-held');
  await moved(button('freigeben', 'release'), 'mail-released');
  await window.hand.go(way('abbrechen', 'cancel'));
  await window.meet('mail-cancel');
  await window.hand.go(window.page.locator('main form a.kern-btn'));
  await window.hand.go(way('abbrechen', 'cancel'));
  await moved(send(window), 'mail-cancelled');
  await window.hand.go(way('erneut-senden', 'retry'));
  await window.meet('mail-anyway');
  await moved(send(window), 'mail-anyway-done');
}

/** The rest of what staff have for mails, each page looked at. */
async function around(window) {
  await window.goto('/intern/kontakte?view=all', '/en/intern/contacts?view=all');
  await window.meet('contacts');
  await window.hand.go(window.page.locator('main .cards a').first());
  await window.meet('contact');
  await window.goto('/intern/mailtexte', '/en/intern/mail-texts');
  await window.meet('mail-texts');
  await window.hand.go(window.page.locator('main .cards a').first());
  await window.meet('mail-text');
  await window.hand.go(window.page.locator('main form button[formaction$="/vorschau"], main form button[formaction$="/preview"]'));
  await window.meet('mail-text-preview');
  await window.goto('/intern/newsletter', '/en/intern/newsletter');
  await window.meet('staff-newsletters');
  await window.hand.go(window.page.locator('main a.kern-btn').first());
  await window.meet('staff-newsletter-new');
  await window.goto('/intern/konto/mails', '/en/intern/account/mail');
  await window.meet('staff-mail');
}

/** facts: as ledger(), around: the other pages as well */
async function staff(window) {
  await window.goto('/intern/passwort-vergessen', '/en/intern/forgot-password');
  await window.meet('forgot-password');
  await ledger(window);
  if (window.facts.around) await around(window);
}

const parts = { sends, confirms, subscribes, chooses, leaves, staff };

export default async function mails(window) {
  await parts[window.facts.part](window);
}
