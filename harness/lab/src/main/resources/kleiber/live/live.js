'use strict';
// The server says how the grid is, once a second at most; this draws it.
const at = id => document.getElementById(id);
const STATES = ['running', 'done', 'diverged', 'failed', 'interrupted', 'missing'];
const trails = new Map(); // run → [[tokens, loss], …] as seen since the page was opened
const hidden = new Set();
let latest = null;
let told = '';

function element(name, text, classes) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (classes) node.className = classes;
  return node;
}

function count(value) {
  const units = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return (unit === 0 && Number.isInteger(value) ? value : Number(value.toPrecision(3))) + units[unit];
}

function duration(seconds) {
  const s = Math.round(seconds);
  if (s < 60) return s + ' s';
  if (s < 3600) return Math.floor(s / 60) + ' min ' + s % 60 + ' s';
  return Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' min';
}

function show(frame) {
  const grid = frame.grid;
  const share = grid.flops > 0 ? grid.flopsDone / grid.flops : 1;
  document.title = Math.floor(100 * share) + ' % · ' + grid.name;
  at('name').textContent = grid.name;
  at('question').textContent = grid.question;
  at('bar').firstElementChild.style.width = 100 * share + '%';
  at('bar').setAttribute('aria-valuenow', Math.round(100 * share));
  at('share').textContent = (100 * share).toFixed(share < 1 ? 1 : 0) + ' %';
  at('ended').textContent = frame.ended + ' of ' + grid.runs.length;
  at('left').textContent = frame.over ? 'all done'
    : frame.secondsLeft === undefined ? 'nobody trains' : duration(frame.secondsLeft);
  at('tokens').textContent = frame.tokensPerSecond > 0 ? count(frame.tokensPerSecond) : '–';
  at('flops').textContent = frame.flopsPerSecond > 0 ? count(frame.flopsPerSecond) : '–';
  devices(grid.cohorts);
  at('events').tBodies[0].replaceChildren(...grid.events.map(event => {
    const row = element('tr', undefined, event.state);
    row.append(element('td', new Date(event.millis).toLocaleTimeString(), 'number'),
      element('td', event.run, 'id'), element('td', event.text, 'wrap'));
    return row;
  }));
  filter(grid.runs);
  table(grid.runs);
  chart(grid.runs, grid.unit);
  report(grid.runs.filter(run => run.state === 'done' || run.state === 'diverged').length);
}

function devices(cohorts) {
  const byDevice = new Map();
  for (const cohort of cohorts) {
    const name = cohort.device + ', ' + cohort.threads + (cohort.threads === 1 ? ' thread' : ' threads');
    const key = name + cohort.leader;
    if (!byDevice.has(key)) byDevice.set(key, {name, leader: cohort.leader, cohorts: []});
    byDevice.get(key).cohorts.push(cohort);
  }
  const nodes = [...byDevice.values()].map(device => {
    const node = element('div', undefined, 'device');
    const flops = device.cohorts.reduce((sum, its) => sum + its.flopsPerSecond, 0);
    const peak = device.cohorts[0].peak;
    node.append(element('h3', device.name + ': ' + count(flops) + ' FLOP/s'
      + (peak ? ', ' + Math.round(100 * flops / peak) + ' % of peak' : '')));
    node.append(element('p', 'led by process ' + device.leader.replace(/(.*)-(.*)/, '$2 of machine $1'), 'quiet'));
    for (const cohort of device.cohorts) {
      const line = element('div', undefined, 'cohort');
      line.append(element('span', (cohort.runs.length === 1 ? 'run ' + cohort.runs[0] : cohort.runs.length + ' runs')
        + ' of ' + count(cohort.params) + ' parameters, ' + count(cohort.tokensPerSecond) + ' tokens/s, '
        + Math.round(100 * cohort.share) + ' %'));
      if (cohort.silentSeconds > 20) {
        line.append(element('span', '  silent for ' + duration(cohort.silentSeconds), 'lost'));
      }
      line.append(progress(cohort.share));
      node.append(line);
    }
    return node;
  });
  at('devices').replaceChildren(...nodes.length ? nodes : [element('p', 'Nobody trains now.', 'quiet')]);
}

function progress(share) {
  const bar = element('progress');
  bar.max = 1;
  bar.value = share;
  bar.setAttribute('aria-label', Math.round(100 * share) + ' %');
  return bar;
}

function filter(runs) {
  const key = STATES.map(state => runs.filter(run => run.state === state).length).join();
  if (at('filter').dataset.key === key) return;
  at('filter').dataset.key = key;
  at('filter').replaceChildren(...STATES.flatMap((state, i) => {
    const many = Number(key.split(',')[i]);
    if (many === 0) return [];
    const label = element('label');
    const box = element('input');
    box.type = 'checkbox';
    box.checked = !hidden.has(state);
    box.addEventListener('change', () => {
      if (box.checked) hidden.delete(state); else hidden.add(state);
      table(latest.grid.runs);
    });
    label.append(box, ' ' + many + ' ' + state);
    return [label];
  }));
}

function table(runs) {
  const rows = runs.filter(run => !hidden.has(run.state))
    .sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state))
    .slice(0, 1000)
    .map(run => {
      const row = element('tr', undefined, run.state);
      const seen = element('td');
      seen.append(progress(run.state === 'done' ? 1 : Math.min(1, run.tokens / run.planned)));
      row.append(element('td', run.id, 'id'), element('td', run.state, 'state'),
        element('td', count(run.params), 'number'), element('td', count(run.planned), 'number'), seen,
        element('td', run.loss === undefined ? '–' : run.loss.toFixed(4), 'number'),
        element('td', run.reason, 'wrap'));
      return row;
    });
  at('runs').tBodies[0].replaceChildren(...rows);
}

const SVG = 'http://www.w3.org/2000/svg';

function shape(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const key in attributes) {
    if (key === 'style') node.style.cssText = attributes[key]; // as an attribute the policy forbids it
    else node.setAttribute(key, attributes[key]);
  }
  if (text !== undefined) node.textContent = text;
  return node;
}

function ticks(low, high) {
  const all = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const digit of [1, 2, 3, 5]) all.push(digit * 10 ** power);
  }
  const inside = all.filter(value => value >= low * 0.999 && value <= high * 1.001);
  const step = Math.ceil(inside.length / 10);
  return inside.filter((_, i) => i % step === 0);
}

function chart(runs, unit) {
  const seen = runs.filter(run => run.loss !== undefined && run.tokens > 0);
  for (const run of seen) {
    const trail = trails.get(run.id) ?? trails.set(run.id, []).get(run.id);
    if (trail.length === 0 || trail.at(-1)[1] !== run.loss) trail.push([run.tokens, run.loss]);
  }
  const svg = at('chart');
  if (seen.length === 0) {
    svg.replaceChildren(shape('text', {x: 450, y: 190, 'text-anchor': 'middle'}, 'no loss measured yet'));
    return;
  }
  const points = seen.flatMap(run => trails.get(run.id));
  const range = k => {
    const values = points.map(point => point[k]);
    const low = Math.min(...values), high = Math.max(...values);
    return [low / (k ? 1.02 : 1.15), high * (k ? 1.02 : 1.15)];
  };
  const [x0, x1] = range(0), [y0, y1] = range(1);
  const x = tokens => 60 + 820 * Math.log(tokens / x0) / Math.log(x1 / x0);
  const y = loss => 335 - 320 * Math.log(loss / y0) / Math.log(y1 / y0);
  const nodes = [];
  for (const tick of ticks(x0, x1)) {
    nodes.push(shape('line', {x1: x(tick), x2: x(tick), y1: 15, y2: 335, class: 'axis'}),
      shape('text', {x: x(tick), y: 352, 'text-anchor': 'middle'}, count(tick)));
  }
  for (const tick of lossTicks(y0, y1)) {
    nodes.push(shape('line', {x1: 60, x2: 880, y1: y(tick), y2: y(tick), class: 'axis'}),
      shape('text', {x: 52, y: y(tick) + 4, 'text-anchor': 'end'}, String(tick)));
  }
  nodes.push(shape('text', {x: 470, y: 374, 'text-anchor': 'middle'}, 'tokens seen'),
    shape('text', {transform: 'translate(14 175) rotate(-90)', 'text-anchor': 'middle'}, 'loss, ' + unit));
  const sizes = [...new Set(runs.map(run => run.params))].sort((a, b) => a - b);
  for (const run of seen) {
    const large = sizes.length < 2 ? 100 : 100 * sizes.indexOf(run.params) / (sizes.length - 1);
    const colour = 'color-mix(in oklab, var(--large) ' + large + '%, var(--small))';
    const trail = trails.get(run.id);
    if (trail.length > 1) {
      nodes.push(shape('polyline', {class: 'trail', style: 'stroke:' + colour,
        points: trail.map(point => x(point[0]) + ',' + y(point[1])).join(' ')}));
    }
    const open = run.state === 'running';
    const [tokens, loss] = trail.at(-1);
    const dot = shape('circle', {cx: x(tokens), cy: y(loss), r: 4.5,
      style: (open ? 'fill:var(--paper);stroke-width:2;stroke:' : 'fill:') + colour});
    dot.append(shape('title', {}, run.id + ': ' + count(run.params) + ' parameters, loss ' + run.loss.toFixed(4)
      + ' at ' + count(tokens) + ' of ' + count(run.planned) + ' tokens, ' + run.state));
    nodes.push(dot);
  }
  svg.replaceChildren(...nodes);
}

function lossTicks(low, high) {
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(digit => digit * power >= rough);
  const all = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) all.push(Number((k * step).toPrecision(6)));
  return all;
}

// The report is made when it is asked for, which takes the server a while: not after every run.
let reported = -1;
let askedMillis = 0;
function report(ended) {
  const now = Date.now();
  if (ended === reported || now - askedMillis < 20000 && !latest.over) return;
  reported = ended;
  askedMillis = now;
  at('age').textContent = ended === 1 ? 'of 1 run' : 'of ' + ended + ' runs';
  at('report').src = 'report/report.html?' + ended;
}

function listen() {
  const events = new EventSource('events');
  events.onopen = () => { at('line').textContent = 'live'; at('line').className = ''; };
  events.onmessage = event => {
    if (event.data !== told) {
      told = event.data;
      latest = JSON.parse(event.data);
      show(latest);
    }
  };
  events.onerror = () => {
    at('line').textContent = 'the server does not answer; trying again';
    at('line').className = 'lost';
  };
}
listen();
