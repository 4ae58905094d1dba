// What the stories share: a browser window as somebody uses it, and the eye of a critic on every page they see.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { shapes } from './eye.mjs';
import { Keyboard, Pointer } from './hand.mjs';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--force-color-profile=srgb', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])];
// 2.2 AA and what axe knows beyond
const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'], preload: false };
export const PATIENCE_MS = 20000;

export class Complaint extends Error {}
export function expect(truth, text) {
  if (!truth) throw new Complaint(text);
}

// Waits until the condition gives something; no fixed pauses.
export async function until(condition, what, ms = PATIENCE_MS) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Complaint(`not within ${ms} ms: ${what}`);
    await new Promise(done => setTimeout(done, 20));
  }
}

/** A browser gives the focus to what a page marks with autofocus when it draws its first frame: that can be after the page's load event. */
export async function hasFocus(window, selector) {
  await until(() => window.page.evaluate(at => document.activeElement?.matches(at), selector), `${window.page.url()}: ${selector} has the focus`);
}

/** One window. options: {url, lang, width, script, dark, shots, login, password, form, keys, shapes, facts} as run.mjs reads them. */
export class Window {
  static async open(options) {
    const window = new Window();
    Object.assign(window, options);
    window.profile = mkdtempSync(join(tmpdir(), 'kosi-browser-'));
    window.context = await chromium.launchPersistentContext(window.profile, {
      executablePath: process.env.KOSI_CHROMIUM || '/usr/bin/chromium', headless: true, args: FLAGS,
      viewport: { width: options.width, height: 800 }, locale: options.lang === 'en' ? 'en-GB' : 'de-DE',
      colorScheme: options.dark ? 'dark' : 'light', reducedMotion: 'reduce',
    });
    window.context.setDefaultTimeout(PATIENCE_MS);
    window.page = window.context.pages()[0] ?? await window.context.newPage();
    // Not by javaScriptEnabled: that can't be lifted for the critic.
    window.devtools = await window.context.newCDPSession(window.page);
    if (!options.script) {
      await window.devtools.send('Emulation.setScriptExecutionDisabled', { value: true });
      await window.page.goto('data:text/html,<title>no</title><script>document.title = "script"</script>');
      expect(await window.page.title() === 'no', 'a script runs where none should');
    }
    window.errors = [];
    window.foreign = [];
    window.page.on('console', m => m.type() === 'error' && !/status of (4\d\d|50[34])|net::ERR_(EMPTY_RESPONSE|CONNECTION_)/.test(m.text()) && window.errors.push(m.text()));
    window.page.on('pageerror', e => window.errors.push(String(e)));
    window.page.on('request', r => new URL(r.url()).origin === window.url || r.url().startsWith('data:') || window.foreign.push(r.url()));
    window.seen = 0;
    window.hand = options.keys ? new Keyboard(window) : new Pointer(window);
    return window;
  }

  async close() {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }

  path(german, english) { return this.url + (this.lang === 'en' ? english : german); }

  async goto(german, english) {
    const answer = await this.page.goto(this.path(german, english));
    return answer;
  }

  // Where no script may run, the critic's own would wait forever: theirs alone runs after the page is there.
  async awake(work) {
    if (this.script) return work();
    await this.devtools.send('Emulation.setScriptExecutionDisabled', { value: false });
    try {
      return await work();
    } finally {
      await this.devtools.send('Emulation.setScriptExecutionDisabled', { value: true });
    }
  }

  async criticise(where) {
    const result = await this.awake(async () => {
      await this.page.evaluate(axeSource);
      return this.page.evaluate(rules => window.axe.run(document, rules), RULES);
    });
    const faults = result.violations.flatMap(v => v.nodes.map(n => `${v.id} (${v.help}): ${n.html.slice(0, 160)} ${n.failureSummary?.replace(/\s+/g, ' ').slice(0, 200)}`));
    expect(faults.length === 0, `${where}: axe finds ${faults.length}:\n  ${faults.slice(0, 12).join('\n  ')}`);
  }

  // What the page must be in any case. name: of the screenshot; NULL: none.
  async look(name) {
    const where = `${this.page.url()} (${this.lang}, ${this.width} px${this.dark ? ', dark' : ''}${this.script ? '' : ', no script'})`;
    const facts = await this.page.evaluate(() => ({
      lang: document.documentElement.lang, title: document.title, h1: document.querySelectorAll('h1').length,
      mains: document.querySelectorAll('main').length, wide: document.documentElement.scrollWidth, window: innerWidth,
      ids: [...document.querySelectorAll('[id]')].map(e => e.id),
      widest: [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 &&
        !e.closest('.kern-table-responsive, .trap, .kern-sr-only, .skip')).slice(0, 3).map(e => e.outerHTML.slice(0, 120)),
      unlike: [...document.querySelectorAll('a[aria-label], button[aria-label]')].filter(e => !e.ariaLabel.toLowerCase().includes(e.innerText.trim().toLowerCase()))
        .map(e => e.outerHTML.slice(0, 160)),
      // of the person who fills it in (WCAG 2.2, 1.3.5): others' names are no business of the browser
      unfilled: [...document.querySelectorAll('main :is([type=password], form:has([type=password]) [name=login], [name="contact.name"], [name="contact.email"], [name=email], [name=otp])')]
        .filter(e => e.type !== 'hidden' && !e.autocomplete).map(e => e.outerHTML.slice(0, 160)),
    }));
    expect(!facts.unlike.length, `${where}: named otherwise than seen: ${facts.unlike.join(' | ')}`);
    expect(!facts.unfilled.length, `${where}: no autocomplete: ${facts.unfilled.join(' | ')}`);
    expect(facts.lang === this.lang, `${where}: lang is "${facts.lang}"`);
    expect(facts.title.trim().length > 3, `${where}: no title`);
    expect(facts.h1 === 1 && facts.mains === 1, `${where}: ${facts.h1} h1, ${facts.mains} main`);
    expect(new Set(facts.ids).size === facts.ids.length, `${where}: an id is there twice: ${facts.ids.filter((x, i) => facts.ids.indexOf(x) !== i)}`);
    expect(facts.wide <= facts.window, `${where}: ${facts.wide} px wide in a window of ${facts.window}: ${facts.widest.join(' | ')}`);
    if (!this.keys && !this.shapes) await this.criticise(where);   // those rounds meet the same pages once more
    expect(this.errors.length === 0, `${where}: the console says: ${this.errors.join('; ')}`);
    expect(this.foreign.length === 0, `${where}: loaded from elsewhere: ${this.foreign.join(' ')}`);
    await this.shoot(name);
    if (this.shapes) await shapes(this);
    this.seen++;
  }

  // The page that is there, by night: for what brings its own style.
  async lookInTheDark(name) {
    const ground = () => this.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [light, dark] = [await ground(), this.dark];
    await this.page.emulateMedia({ colorScheme: 'dark' });
    this.dark = true;
    expect(await ground() !== light, `${this.page.url()}: as light in the dark`);
    await this.criticise(`${this.page.url()} (dark)`);
    await this.shoot(name);
    this.dark = dark;
    await this.page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  }

  // As somebody meets the page: looked at, and with the keyboard gone through from its beginning to its end.
  async meet(name) {
    await this.look(name);
    if (this.keys) await this.hand.walk();
  }

  async shoot(name) {
    if (!this.shots || !name) return;
    mkdirSync(this.shots, { recursive: true });
    const file = `${name}-${this.lang}-${this.width}${this.dark ? '-dark' : ''}${this.script ? '' : '-noscript'}.png`;
    await this.page.screenshot({ path: join(this.shots, file), fullPage: true });
  }

  // The one visible element with this role and name, as somebody finds it.
  by(role, name) { return this.page.getByRole(role, { name }); }

  async text() { return this.page.locator('main').innerText(); }

  async signIn(login = this.login, password = this.password) {
    await this.goto('/intern/anmelden', '/en/intern/sign-in');
    await this.page.fill('input[name=login]', login);
    await this.page.fill('input[name=password]', password);
    await this.page.locator('main button[type=submit]').first().click();
    await this.page.waitForURL(/\/intern\/(?!anmelden|sign-in)/);
  }

  // Another window at another desk.
  async beside(options) {
    const { url, lang, width, script, dark, shots, password, facts } = this;
    return Window.open({ url, lang, width, script, dark, shots, password, facts, ...options });
  }
}
