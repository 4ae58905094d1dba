// A citizen's round: finds a form, fills it in wrong and then right, looks it over, sends it, prints the receipt, comes back by the link,
// changes the answers, takes a copy, takes it back, has it erased; looks around in the landscape and reports an entry.
// facts: {form: slug, title, word: one that finds entries}
import { expect, hasFocus, until } from '../lib.mjs';
import { forced, printed } from '../eye.mjs';

const SENTENCE = 'Nachbarn helfen einander <jede Woche> & freuen sich.\n\nSeit Jahren, zweite Zeile.';
const VALUES = { url: 'https://initiative.example.org/', email: 'erika@example.org', date: '2020-03-03' };

/** Every question of the form in the order of the page: {name, kind}. */
async function questions(window) {
  return window.page.$$eval('main form :is(input:not([type=hidden]), select, textarea)', all => all.filter(e => !e.closest('.trap'))
    .map(e => ({ name: e.name, kind: e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase(), min: e.min, id: e.id }))
    .filter((e, i, list) => e.kind !== 'radio' && e.kind !== 'checkbox' || e.name === 'consents' || list.findIndex(o => o.name === e.name) === i));
}

async function answer(window, question, title) {
  const control = window.page.locator(`main form [id="${question.id}"]`);
  if (question.kind === 'radio' || question.kind === 'checkbox') await window.hand.tick(control);
  else if (question.kind === 'select') await window.hand.choose(control, await control.locator('option').nth(2).getAttribute('value'));
  else if (question.kind === 'textarea') await window.hand.type(control, SENTENCE);
  else if (question.kind === 'date' && question.min > VALUES.date) await window.hand.type(control, `${Number(question.min.slice(0, 4)) + 1}-03-03`);
  else await window.hand.type(control, VALUES[question.kind] ?? (question.name === 'title' ? title : 'Nachbarn helfen einander im Viertel'));
}

/** Every question gets an answer. */
export async function answerAll(window, title) {
  for (const question of await questions(window)) await answer(window, question, title);
}

// Errors: told in a summary that has the focus, each a link to its field, the field says it as well, what was typed is still there.
export async function faulty(window, least) {
  await hasFocus(window, 'main .kern-alert--danger');
  const links = await window.page.$$eval('main .kern-alert--danger a', all => all.map(a => a.getAttribute('href')));
  expect(links.length >= least, `${window.page.url()}: ${links.length} errors in the summary, not ${least}`);
  for (const link of links) {
    const told = await window.page.evaluate(id => {
      const field = document.getElementById(id), group = field?.closest('fieldset') ?? field;
      const texts = [field, group].flatMap(e => (e?.getAttribute('aria-describedby') ?? '').split(' ')).map(i => document.getElementById(i));
      return { field: !!field, text: texts.some(e => e?.closest('.kern-error')?.innerText.trim()), marked: field?.getAttribute('aria-invalid') === 'true' || group?.matches('fieldset') };
    }, decodeURIComponent(link.slice(1)));
    expect(told.field && told.text && told.marked, `${window.page.url()}: ${link} is no field that tells its error: ${JSON.stringify(told)}`);
  }
  const first = window.page.locator('main .kern-alert--danger a').first();
  await window.hand.press(first);
  const id = links[0].slice(1);
  await until(() => window.page.evaluate(at => document.activeElement.id === at || document.activeElement.closest(`[id="${at}"]`) !== null ||
    document.querySelector(':target')?.id === at, id), `${links[0]} leads to its field`);
}

async function skips(window) {
  if (!window.keys) return;
  const at = await window.hand.step('Tab');
  expect(at?.html.includes('class="skip"'), `${window.page.url()}: the first stop is not the link to the content: ${at?.html}`);
  await window.page.keyboard.press('Enter');
  await until(() => window.page.evaluate(() => document.activeElement.id === 'content'), 'the content has the focus');
  await window.hand.step('Tab');
  expect(await window.page.evaluate(() => !!document.activeElement.closest('main')), `${window.page.url()}: the stop after the link to the content is not in it`);
}

async function fillIn(window, title) {
  const form = window.path('/formulare/', '/en/forms/').slice(window.url.length) + window.facts.form;
  await window.hand.go(window.page.locator(`main a[href="${form}"]`).first());
  await window.meet('form');
  const review = window.page.locator('button[name=_do][value=review]');
  const asked = await questions(window);
  const mail = asked.find(q => q.kind === 'email'), site = asked.find(q => q.kind === 'url');
  if (mail) await window.hand.type(window.page.locator(`[id="${mail.id}"]`), 'keine-adresse');
  if (site) await window.hand.type(window.page.locator(`[id="${site.id}"]`), 'initiative ohne adresse');
  await window.hand.go(review);
  await window.meet('form-faulty');
  await window.page.reload();   // the same again: the summary has the focus anew
  await faulty(window, 4);
  if (mail) expect(await window.page.locator(`[id="${mail.id}"]`).inputValue() === 'keine-adresse', 'what was typed is gone');
  if (window.shapes) await forced(window);
  await answerAll(window, title);
  await window.hand.go(review);
  expect((await window.text()).includes(title), `${window.page.url()}: no summary before sending: ${(await window.text()).slice(0, 400)}`);
  await window.meet('form-review');
  await window.hand.go(window.page.locator('button[name=_do][value=edit]').last());
  for (const area of await window.page.locator('main form textarea').all()) expect(await area.inputValue() === SENTENCE, 'going back changes what was typed');
  await window.hand.go(review);
  expect((await window.text()).includes('Nachbarn helfen einander <jede Woche> & freuen sich.'), 'the summary shows something else than was typed');
  await window.hand.go(window.page.locator('button[name=_do][value=send]'));
}

async function receipt(window) {
  await window.meet('status');
  const code = (await window.page.locator('.receipt').first().innerText()).trim();
  const link = (await window.page.locator('main code').first().innerText()).trim();
  expect(/^\S{6,}$/.test(code) && link.startsWith('http'), `no receipt: ${code} ${link}`);
  await window.hand.go(window.page.locator('a[href$="/beleg"], a[href$="/receipt"]'));
  await window.meet('receipt');
  await printed(window, [code, link]);
  return { code, link: window.url + new URL(link).pathname };
}

async function ownAnswers(window, title, sent) {
  const back = await window.page.goto(sent.link);
  expect(back.status() === 200 && back.headers()['referrer-policy'] === 'no-referrer', `${sent.link}: ${back.status()}, Referrer-Policy ${back.headers()['referrer-policy']}`);
  await window.hand.go(window.page.locator('a[href$="/aendern"], a[href$="/change"]'));
  await window.meet('change');
  const field = window.page.locator('main form [name=title]');
  expect(await field.inputValue() === title, 'the answers are not there to be changed');
  await window.hand.type(field, '');
  await window.hand.go(window.page.locator('button[name=_do][value=review]'));
  await window.meet('change-faulty');
  await window.hand.type(window.page.locator('main form [name=title]'), title + ' neu');
  await window.hand.go(window.page.locator('button[name=_do][value=review]'));
  await window.meet('change-review');
  await window.hand.go(window.page.locator('button[name=_do][value=send]'));
  await window.meet('changed');
  expect(await window.page.locator('.kern-alert--success[role=status]').isVisible(), 'nothing says that it was changed');
  await window.hand.go(window.page.locator('main a[href$="/daten"], main a[href$="/data"]'));
  await window.meet('own-data');
  expect((await window.text()).includes(title + ' neu'), 'the copy has not what was changed');
  const download = window.page.waitForEvent('download');
  await window.hand.press(window.page.locator('a[download]'));
  const stream = await (await download).createReadStream();
  let text = '';
  for await (const chunk of stream) text += chunk;
  expect(JSON.stringify(JSON.parse(text)).includes(title + ' neu'), 'the file to take along has not what was changed');
}

// Asked first, and no is an answer.
async function asked(window, way, name) {
  await window.page.goto(await window.page.evaluate(() => location.origin + location.pathname.replace(/(\/einreichungen\/[^/]+|\/submissions\/[^/]+).*/, '$1')));
  const link = window.page.locator(way);
  await window.hand.go(link);
  await window.meet(name);
  await window.hand.go(window.page.locator('main form a.kern-btn'));
  await window.hand.go(link);
  return window.hand.go(window.page.locator('button[name=_do][value=confirm]'));
}

async function away(window, link) {
  await asked(window, 'main a[href$="/zurueckziehen"], main a[href$="/withdraw"]', 'withdraw');
  expect(await window.page.locator('a[href$="/aendern"], a[href$="/change"]').count() === 0, 'what was taken back can be changed');
  await window.meet('withdrawn');
  await asked(window, 'main a[href$="/loeschen"], main a[href$="/delete"]', 'erase');
  await window.look('erased');
  const gone = await window.page.goto(link);
  expect(gone.status() === 410 || gone.status() === 404, `${link} after erasing: ${gone.status()}`);
  await window.meet('gone');
}

async function around(window) {
  await window.goto('/landschaft', '/en/landscape');
  await window.meet('landscape');
  await window.hand.type(window.page.locator('#q'), window.facts.word);
  await window.hand.go(window.page.locator('main form[role=search] button'));
  await window.meet('landscape-found');
  const facet = window.page.locator('details:not([open]) summary').first();
  if (await facet.count()) await window.hand.press(facet);
  await window.hand.go(window.page.locator('details[open] .terms a:visible').first());
  const chips = window.page.locator('.chips .chip');
  expect(await chips.count() >= 1, `${window.page.url()}: no chip for the filter`);
  await window.meet('landscape-narrowed');
  await window.hand.go(chips.last());
  await window.hand.type(window.page.locator('#q'), 'gibtesnirgendwo');
  await window.hand.go(window.page.locator('main form[role=search] button'));
  await window.meet('landscape-empty');
  await window.goto('/landschaft', '/en/landscape');
  await window.hand.go(window.page.locator('main .cards a').first());
  await window.hand.press(window.page.locator('main details summary').first());
  await window.meet('entry');
}

async function report(window) {
  await window.hand.go(window.page.locator('main a[href$="/melden"], main a[href$="/report"]'));
  await window.meet('report');
  await window.hand.type(window.page.locator('#email'), 'keine-adresse');
  await window.hand.go(window.page.locator('main form button[type=submit]'));
  await window.meet('report-faulty');
  await window.page.reload();
  await faulty(window, 1);
  await window.hand.tick(window.page.locator('input[name=reason]').nth(1));
  await window.hand.type(window.page.locator('#text'), 'Die Adresse stimmt nicht mehr.');
  await window.hand.type(window.page.locator('#email'), '');
  await window.hand.go(window.page.locator('main form button[type=submit]'));
  await window.meet('reported');
  for (const [german, english] of [['/barrierefreiheit', '/en/accessibility'], ['/leichte-sprache', '/en/easy-read']]) {
    await window.hand.go(window.page.locator(`footer a[href="${window.lang === 'en' ? english : german}"], header a[href="${window.lang === 'en' ? english : german}"]`).first());
    await window.meet(english.slice(4));
  }
  const lost = await window.goto('/gibt-es-nicht', '/en/is-not-there');
  expect(lost.status() === 404, `an unknown address: ${lost.status()}`);
  await window.meet('unknown');
}

export default async function citizen(window) {
  const title = window.facts.title;
  await window.goto('/', '/en/');
  await skips(window);
  await window.meet('start');
  await fillIn(window, title);
  const sent = await receipt(window);
  await ownAnswers(window, title, sent);
  await away(window, sent.link);
  await around(window);
  await report(window);
}
