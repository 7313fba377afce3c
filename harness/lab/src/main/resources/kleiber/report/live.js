// Lets a reader do the analysis otherwise: `kleiber` is the report's own fitter and figures, compiled.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  if (!data.fit) return;
  const parts = [...document.querySelectorAll('[data-part]')];
  const published = new Map(parts.map((part) => [part, part.innerHTML]));
  const same = { law: data.published.law, params: data.published.params, flops: data.published.flops, side: -1 };
  const choice = { ...same, dropped: new Set() };
  const narrow = matchMedia('(max-width: 560px)');
  const slow = 3000; // milliseconds that resampling may take
  const slice = 30; // of them at a time: the page answers in between
  let opened = false;
  let turn = 0;

  const open = () => {
    if (!opened) kleiber.load(data);
    opened = true;
  };

  // Boundaries: the published one, and one between each two runs of different compute.
  const compute = (run) => {
    const perToken = data.published.flops === 'SIX_ND' ? 6 * run.params[Object.keys(data.params).indexOf(data.published.params)] : run.flopsPerToken;
    return perToken * run.batch * run.steps[run.used.lastIndexOf('u')];
  };
  const ends = [...new Set(data.runs.filter((run) => run.used.includes('u')).map(compute))].sort((a, b) => a - b);
  const sides = ends.slice(1).map((end, i) => Math.sqrt(end * ends[i]));
  const here = ends.filter((end) => end <= data.published.flopsAbove).length - 1;
  const boundary = () => (choice.side < 0 ? data.published.flopsAbove : sides[choice.side]);
  const number = (value) => Number(value.toPrecision(3)).toExponential().replace('e+', 'e');

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const select = (key, options) => {
    const made = element('select', { onchange: () => { choice[key] = made.value; apply(); } });
    for (const [value, label] of options) made.append(element('option', { value, textContent: label }));
    made.value = choice[key];
    return made;
  };
  const law = select('law', data.laws.map((its) => [its.type, its.type]));
  const params = select('params', Object.entries(data.params));
  const flops = select('flops', Object.entries(data.flops));
  const side = element('input', { type: 'range', min: 0, max: Math.max(0, sides.length - 1), value: here });
  const above = element('output', { textContent: number(boundary()) });
  side.oninput = () => {
    choice.side = +side.value === here ? -1 : +side.value;
    above.textContent = number(boundary());
    side.setAttribute('aria-valuetext', `${number(boundary())} FLOPs`);
  };
  side.onchange = () => apply();
  const reset = element('button', { type: 'button', textContent: 'Back to the published analysis', onclick: () => restore() });
  const status = element('p', { className: 'status', hidden: true });
  status.setAttribute('role', 'status');
  const said = element('span', {});
  status.append(said, ' ', reset);
  const form = element('details', { className: 'otherwise' },
    element('summary', { textContent: 'Do the analysis otherwise' }),
    element('div', { className: 'choices' },
      element('label', {}, 'Law', law),
      element('label', {}, 'N counts', params),
      element('label', {}, 'C is', flops),
      element('label', {}, 'Held out above, FLOPs', side, above)),
    element('p', { className: 'quiet', textContent: 'A click on a run in a figure, the box before it in the table of runs, or the enter key on a run reached with the arrow keys drops it or takes it back. Everything below is fitted and drawn again here, by the program that wrote this page.' }));
  document.querySelector('nav').before(form);
  document.body.prepend(status);

  const boxes = new Map();
  const table = document.querySelector('#runs')?.closest('section').querySelector('table');
  const known = new Set(data.runs.filter((run) => run.used.includes('u')).map((run) => run.id));
  if (table) {
    for (const row of table.tBodies[0].rows) {
      const id = row.cells[0].dataset.key ?? row.cells[0].textContent;
      if (!known.has(id)) continue;
      const box = element('input', { type: 'checkbox', checked: true, onchange: () => toggle(id) });
      box.setAttribute('aria-label', `use run ${id}`);
      row.cells[0].prepend(box, ' ');
      row.cells[0].dataset.key = id;
      boxes.set(id, box);
    }
  }

  const toggle = (id) => {
    if (!known.has(id)) return;
    if (!choice.dropped.delete(id)) choice.dropped.add(id);
    boxes.get(id).checked = !choice.dropped.has(id);
    apply();
  };
  document.addEventListener('click', (event) => {
    const run = marks.pointed(event)?.dataset.run;
    if (run) toggle(run);
  });
  document.addEventListener('keydown', (event) => {
    const figure = document.activeElement?.closest?.('figure .scroll');
    if (figure?.dataset.at && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      toggle(figure.dataset.at);
    }
  });

  const changes = () => {
    const said = [];
    if (choice.law !== same.law) said.push(`${choice.law} instead of ${same.law}`);
    if (choice.params !== same.params) said.push(`N counts ${data.params[choice.params]}`);
    if (choice.flops !== same.flops) said.push(`C is ${data.flops[choice.flops]}`);
    if (choice.side >= 0) said.push(`held out above ${number(boundary())} FLOPs`);
    const out = [...choice.dropped];
    if (out.length > 0) said.push(`without run${out.length > 1 ? 's' : ''} ${out.slice(0, 3).join(', ')}${out.length > 3 ? ` and ${out.length - 3} more` : ''}`);
    return said;
  };

  const put = (part, html) => {
    const at = part.querySelector('.scroll')?.dataset.at;
    const focused = part.contains(document.activeElement);
    part.innerHTML = html;
    const figure = part.querySelector('.scroll');
    if (figure && at) figure.dataset.at = at;
    if (figure && focused) figure.focus();
    const section = part.closest('section');
    if (section) section.hidden = [...section.querySelectorAll('[data-part]')].every((its) => !its.firstElementChild);
  };

  // One part at a time, the nearest first, so that the page answers between them.
  const draw = async (mine) => {
    const middle = innerHeight / 2;
    const distance = (part) => {
      const box = part.getBoundingClientRect();
      return Math.max(0, box.top - middle, middle - box.bottom);
    };
    for (const part of [...parts].sort((a, b) => distance(a) - distance(b))) {
      if (mine !== turn) return false;
      put(part, kleiber.part(part.dataset.part, narrow.matches));
      await new Promise((done) => setTimeout(done));
    }
    return mine === turn;
  };

  // Up to the published number of resamples, as far as this machine is quick enough; -1 when overtaken.
  const resample = async (mine, said) => {
    const began = performance.now();
    let draws = 0;
    for (let next = 5; draws < data.draws && performance.now() - began < slow;) {
      const start = performance.now();
      const now = kleiber.resample(Math.min(next, data.draws - draws));
      if (now === draws) break; // these runs carry no intervals
      draws = now;
      next = Math.max(1, Math.min(2 * next, Math.round(next * slice / Math.max(1, performance.now() - start))));
      status.firstChild.textContent = `Not the published analysis: ${said.join('; ')}. Intervals follow: ${draws} of ${data.draws} resamples.`;
      await new Promise((done) => setTimeout(done));
      if (mine !== turn) return -1;
    }
    return draws;
  };

  const apply = async () => {
    marks.hide();
    const said = changes();
    if (said.length === 0) return restore();
    open();
    const mine = ++turn;
    document.body.classList.add('altered');
    status.hidden = false;
    status.firstChild.textContent = `Not the published analysis: ${said.join('; ')}. Intervals follow.`;
    try {
      const began = performance.now();
      document.body.dataset.theta = JSON.stringify([...kleiber.refit(choice.law, choice.params, choice.flops, boundary(), [...choice.dropped])]);
      document.body.dataset.milliseconds = performance.now() - began;
      put(parts[0], kleiber.part(parts[0].dataset.part, narrow.matches));
      await new Promise((done) => setTimeout(done, 30));
      if (mine !== turn) return;
      const draws = await resample(mine, said);
      if (draws < 0) return;
      kleiber.intervals();
      if (await draw(mine)) {
        status.firstChild.textContent = `Not the published analysis: ${said.join('; ')}.${draws > 0 && draws < data.draws ? ` Intervals from ${draws} resamples instead of ${data.draws}.` : ''}`;
        document.body.dataset.done = mine;
      }
    } catch (error) {
      status.firstChild.textContent = `This cannot be fitted: ${error.message ?? error}`;
      document.body.dataset.done = mine;
    }
  };

  const restore = () => {
    turn++;
    Object.assign(choice, same);
    choice.dropped.clear();
    law.value = choice.law;
    params.value = choice.params;
    flops.value = choice.flops;
    side.value = here;
    above.textContent = number(boundary());
    boxes.forEach((box) => { box.checked = true; });
    status.hidden = true;
    document.body.classList.remove('altered');
    if (narrow.matches) {
      open();
      kleiber.publish();
      parts.filter((part) => part.querySelector('figure')).forEach((part) => put(part, kleiber.part(part.dataset.part, true)));
    } else {
      published.forEach((html, part) => put(part, html));
    }
    document.body.dataset.done = turn;
  };

  if (narrow.matches) restore();
  narrow.addEventListener('change', () => {
    if (document.body.classList.contains('altered')) draw(++turn);
    else restore();
  });
})();
