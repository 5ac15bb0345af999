'use strict';

/** An element. Children are elements and texts. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== false));
  return element;
}

/** A sentence in which what stands between backticks is code. */
function prose(text) {
  return text.split('`').map((part, place) => (place % 2 ? el('code', {}, part) : part));
}

/** Reasons come in lower case and without a full stop. */
function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The header fields that play a part in CORS. The others are folded away. */
const TELLING = /^(origin|cookie|upgrade|vary|content-type|sec-fetch-site|cors-policy-refusal|access-control-.*|x-.*)$/;

function showHeaders(lines) {
  const row = ([name, value]) => el('div', { class: 'field' }, el('dt', {}, name), el('dd', {}, value));
  const telling = lines.filter(([name]) => TELLING.test(name));
  const others = lines.filter(([name]) => !TELLING.test(name));
  return [
    telling.length > 0 && el('dl', { class: 'fields' }, telling.map(row)),
    others.length > 0 && el('details', {}, el('summary', {}, `${others.length} more`),
      el('dl', { class: 'fields' }, others.map(row))),
  ];
}

/** A message between two of the three: `between` is `script` or `wire`, `way` is `there`, `back` or `stopped`. */
function message(between, way, label, ...details) {
  const said = { script: { there: 'Script to browser', back: 'Browser to script' },
    wire: { there: 'Browser to API', back: 'API to browser', stopped: 'Not sent' } };
  return el('li', { class: `message ${between} ${way}` },
    el('span', { class: 'direction' }, said[between][way]),
    el('div', { class: 'arrow', 'aria-hidden': 'true' }),
    el('div', { class: 'label' }, label),
    el('div', { class: 'details' }, details.flat()));
}

function showCall({ by, url, method = 'GET', headers, body, credentials, fields }) {
  const { pathname } = new URL(url);
  if (by === 'websocket') return `new WebSocket("${pathname}")`;
  if (by === 'form') return `form.submit()  // ${Object.entries(fields).map((pair) => pair.join('=')).join('&')}`;
  const options = [
    method !== 'GET' && `method: "${method}"`,
    headers && `headers: {\n${Object.entries(headers).map(([name, value]) => `    "${name}": "${value}"`)}\n  }`,
    body && `body: '${body}'`,
    credentials && `credentials: "${credentials}"`,
  ].filter(Boolean);
  return options.length ? `fetch("${pathname}", {\n  ${options.join(',\n  ')},\n})` : `fetch("${pathname}")`;
}

const REASONS = { 101: 'Switching Protocols', 200: 'OK', 204: 'No Content', 403: 'Forbidden', 404: 'Not Found',
  405: 'Method Not Allowed', 500: 'Internal Server Error' };

function showExchange(exchange) {
  const { kind, method, target, status, reached } = exchange;
  const tag = { preflight: 'preflight', handshake: 'handshake', actual: '' }[kind];
  const who = reached ? 'the application runs' : 'the layer answers';
  return [
    message('wire', 'there', [el('b', {}, method), ` ${target} `, tag && el('span', { class: 'tag' }, tag)],
      showHeaders(exchange.request)),
    message('wire', 'back', [el('b', {}, String(status)), ` ${REASONS[status] ?? ''} `,
      el('span', { class: reached ? 'tag ran' : 'tag' }, who)], showHeaders(exchange.response)),
  ];
}

function showSequence(scenario, request, outcome, verdict, exchanges) {
  const steps = [message('script', 'there', el('code', { class: 'call' }, showCall(request)))];
  steps.push(...exchanges.flatMap(showExchange));
  if (verdict === 'unsent') {
    steps.push(message('wire', 'stopped', [el('b', {}, request.method ?? 'GET'), ` ${scenario.path} is not sent`]));
  }
  if (outcome.kind === 'socket') {
    steps.push(message('wire', 'there', el('q', {}, request.body)));
    steps.push(message('wire', 'back', el('q', {}, outcome.body)));
  }
  const end = { response: `status ${outcome.status}, headers, body`, error: outcome.text,
    socket: 'message event', blank: 'load event' };
  steps.push(message('script', 'back', end[outcome.kind]));
  return el('section', { class: 'wire-log' },
    el('h3', {}, 'On the wire'),
    el('div', { class: 'actors', 'aria-hidden': 'true' },
      el('span', {}, 'Script', el('small', {}, request.origin === 'null' ? 'sandboxed: origin null' : request.origin)),
      el('span', {}, 'Browser'),
      el('span', {}, 'API', el('small', {}, new URL(request.url).host))),
    el('ol', { class: 'sequence' }, steps));
}

/** What the script got, beside what it did not get. */
function showReading(outcome, exchanges) {
  const row = (name, ...value) => el('div', { class: 'field' }, el('dt', {}, name), el('dd', {}, ...value));
  const nothing = el('span', { class: 'nothing' }, 'nothing');
  const last = exchanges.at(-1);
  const rows = { error: () => [row('error', outcome.text), row('status', nothing.cloneNode(true)),
    row('body', nothing.cloneNode(true))],
  blank: () => [row('event', 'load'), row('status', nothing.cloneNode(true)), row('body', nothing.cloneNode(true))],
  socket: () => [row('message', outcome.body)],
  response: () => [row('status', String(outcome.status)), row('body', outcome.body || nothing),
    ...outcome.headers.map(([name, value]) => row(name, value)), ...hidden(outcome, last)] };
  return el('section', { class: 'card reading' }, el('h3', {}, 'What the script could read'),
    el('dl', { class: 'fields' }, rows[outcome.kind]()));
}

function hidden(outcome, last) {
  const readable = new Set(outcome.headers.map(([name]) => name));
  const isCors = (name) => name.startsWith('access-control-') || name === 'vary';
  const names = [...new Set(last.response.map(([name]) => name))].filter((name) => !readable.has(name));
  names.sort((one, other) => isCors(one) - isCors(other));
  if (names.length === 0) return [];
  return [el('div', { class: 'field hidden' }, el('dt', {}, 'sent, but hidden'), el('dd', {}, names.join(', ')))];
}

function showWhy(rule, exchanges) {
  const last = exchanges.at(-1);
  // A preflight and its request are often noticed for the same reason.
  const events = new Map(exchanges.flatMap(({ events }) => events).map(([speaker, text]) => [text, speaker]));
  return el('section', { class: 'card why' }, el('h3', {}, 'Why'),
    last && el('p', {}, el('span', { class: 'speaker' }, 'The policy'), prose(sentence(last.explanation))),
    el('p', {}, el('span', { class: 'speaker' }, 'The browser'), prose(rule.text),
      el('a', { href: rule.link[1], target: '_blank', rel: 'noopener' }, rule.link[0])),
    [...events].map(([text, speaker]) => el('p', { class: 'aside' },
      el('span', { class: 'speaker' }, speaker), prose(sentence(text)))));
}

/** The words of a line of Rust, with classes. */
function showLine(line) {
  const word = /(\/\/.*$)|("[^"]*")|(\b(?:pub|static|fn|true|false)\b|\bcors_policy!)/g;
  const parts = [];
  let end = 0;
  for (const match of line.matchAll(word)) {
    const kind = match[1] ? 'comment' : match[2] ? 'string' : 'keyword';
    parts.push(line.slice(end, match.index), el('span', { class: kind }, match[0]));
    end = match.index + match[0].length;
  }
  return [...parts, line.slice(end)];
}

/** The source of the policy; `names` are fields, methods of the layer and entries whose lines are marked. */
function showSource(source, names) {
  const lines = source.split('\n');
  const marked = new Set(names.map((name) => lines.findIndex((line) => line.includes(`"${name}"`)
    || line.trimStart().startsWith(`${name}:`) || line.includes(`.${name}(`))));
  return lines.map((line, place) => el(marked.has(place) ? 'mark' : 'span', { class: 'line' },
    ...showLine(line), '\n'));
}
