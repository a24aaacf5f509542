// A person at a browser without scripts: follows links to forms, fills them in, sends them.

/** How many pages and redirects one visit may take. */
const STEPS = 20;

export class Visitor {
  #person;
  #cookies = new Map();

  constructor(person) {
    this.#person = person;
  }

  /**
   * Goes to `url` and on through every form, allowing everything, until a redirect leads to `until`.
   * Returns that URL; it is not fetched.
   */
  async visit(url, { until }) {
    let step = { url: String(url) };
    for (let taken = 0; taken < STEPS; taken += 1) {
      const answer = await this.#send(step);
      const location = answer.headers.get('location');
      if (location) {
        step = { url: new URL(location, step.url).href };
        if (step.url.startsWith(until)) return new URL(step.url);
        continue;
      }
      const html = await answer.text();
      if (!answer.ok) throw new Error(`${answer.status} at ${step.url}: ${textOf(html)}`);
      step = this.#fillIn(html, step.url);
    }
    throw new Error(`${STEPS} steps did not lead to ${until}`);
  }

  /** Fetches one page with this visitor's cookies and follows nothing. */
  open(url) {
    return this.#send({ url: String(url) });
  }

  /** Sends one form with this visitor's cookies and follows nothing. */
  post(url, fields) {
    return this.#send({ url, body: new URLSearchParams(fields) });
  }

  /** The same in JSON, as a script of the page at `url` would. */
  postJson(url, value) {
    const headers = { 'content-type': 'application/json', origin: new URL(url).origin };
    return this.#send({ url, body: JSON.stringify(value), headers });
  }

  async #send({ url, body, headers }) {
    const answer = await fetch(url, {
      method: body ? 'POST' : 'GET',
      body,
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: this.#cookiesFor(url), ...headers },
    });
    this.#keep(url, answer.headers.getSetCookie());
    return answer;
  }

  #fillIn(html, url) {
    const isWanted = ({ fields, buttons }) =>
      fields.has('password') || fields.has('new-password') || buttons.includes('decision');
    const form = readForms(html).find(isWanted);
    if (!form) throw new Error(`no form to fill in at ${url}: ${textOf(html)}`);
    const { fields } = form;
    const { username, password, newPassword } = this.#person;
    if (fields.has('password')) {
      fields.set('username', username).set('password', password);
    } else if (fields.has('new-password')) {
      fields.set('new-password', newPassword).set('confirm-password', newPassword);
    } else {
      fields.set('decision', 'allow');
    }
    const pairs = [...fields].flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
    return { url: new URL(form.action || url, url).href, body: new URLSearchParams(pairs) };
  }

  #keep(url, lines) {
    const { hostname } = new URL(url);
    for (const line of lines) {
      const [pair, ...attributes] = line.split(';').map((part) => part.trim());
      const [name, value] = splitOnce(pair, '=');
      const gone = attributes.some((attribute) => /^max-age=0$/i.test(attribute));
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      const key = `${hostname} ${path} ${name}`;
      if (gone) this.#cookies.delete(key);
      else this.#cookies.set(key, { hostname, path, name, value });
    }
  }

  #cookiesFor(url) {
    const { hostname, pathname } = new URL(url);
    return [...this.#cookies.values()]
      .filter((cookie) => cookie.hostname === hostname && pathname.startsWith(cookie.path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}

/** The forms of a page: what is written in them already, and the names of their buttons. */
function readForms(html) {
  const forms = [];
  for (const [, end, tag, rest] of html.matchAll(/<(\/?)(form|input|button)\b([^>]*)>/gi)) {
    const attributes = readAttributes(rest);
    if (tag.toLowerCase() === 'form') {
      forms.push(end ? undefined : { action: attributes.action, fields: new Map(), buttons: [] });
    } else if (!end && attributes.name) {
      forms.at(-1) && readControl(forms.at(-1), tag.toLowerCase(), attributes);
    }
  }
  return forms.filter(Boolean);
}

function readControl(form, tag, { name, type = 'text', value, checked }) {
  if (tag === 'button' || type === 'submit') {
    form.buttons.push(name);
  } else if (type === 'checkbox') {
    const ticked = checked === undefined ? [] : [value ?? 'on'];
    form.fields.set(name, [...(form.fields.get(name) ?? []), ...ticked]);
  } else {
    form.fields.set(name, value ?? '');
  }
}

function readAttributes(text) {
  const found = text.matchAll(/([^\s=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g);
  return Object.fromEntries(
    [...found].map(([, name, double, single, bare]) => [
      name.toLowerCase(),
      unescape(double ?? single ?? bare ?? ''),
    ]),
  );
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescape(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function textOf(html) {
  return html
    .replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 400);
}
