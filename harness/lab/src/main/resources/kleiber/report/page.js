// Sorts and filters tables, and shows what a mark of a figure stands for; without it the page stands as written.
for (const table of document.querySelectorAll('table[data-sortable]')) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...cell.childNodes);
    cell.append(button);
    button.onclick = () => {
      const up = cell.getAttribute('aria-sort') !== 'ascending';
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      cell.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const numeric = cell.classList.contains('number');
      const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
      const order = (a, b) => {
        if (key(a) === '' || key(b) === '') return (key(a) === '') - (key(b) === '');
        const step = numeric ? key(a) - key(b) : key(a).localeCompare(key(b));
        return up ? step : -step;
      };
      body.append(...[...body.rows].sort(order));
    };
  });
  if (body.rows.length > 10) {
    const label = document.createElement('label');
    const input = document.createElement('input');
    const count = document.createElement('output');
    label.className = 'filter';
    input.type = 'search';
    input.placeholder = 'words, such as done 64';
    label.append('Show rows with ', input, ' ', count);
    table.parentElement.before(label);
    input.oninput = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of body.rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        shown += !row.hidden;
      }
      count.textContent = words.length ? `${shown} of ${body.rows.length}` : '';
    };
  }
}

const marks = (() => {
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.setAttribute('role', 'status');
  document.body.append(tip);
  let lit = [];

  // A mark's own title would be shown a second time, by the browser.
  const text = (mark) => {
    const title = mark.querySelector(':scope>title');
    if (title) {
      mark.dataset.hint = title.textContent;
      mark.setAttribute('aria-label', title.textContent);
      title.remove();
    }
    return mark.dataset.hint;
  };

  const hide = () => {
    tip.style.display = 'none';
    lit.forEach((mark) => mark.classList.remove('lit'));
    lit = [];
  };

  const show = (mark, x, y) => {
    hide();
    const said = text(mark);
    if (!said) return;
    tip.textContent = said;
    tip.style.display = 'block';
    const width = document.documentElement.clientWidth;
    tip.style.left = `${Math.max(4, Math.min(x + 12, width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${y + 16 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 10 : y + 16}px`;
    const run = mark.dataset.run;
    lit = run ? [...document.querySelectorAll(`svg [data-run="${CSS.escape(run)}"]`)] : [mark];
    lit.forEach((its) => its.classList.add('lit'));
  };

  const pointed = (event) => event.target.closest?.('svg.figure :is(path,circle):is([data-run],[data-hint],:has(>title))');
  document.addEventListener('pointerover', (event) => {
    const mark = pointed(event);
    if (mark) show(mark, event.clientX, event.clientY);
    else hide();
  });
  document.addEventListener('scroll', hide, { passive: true });

  // A figure is one stop of the tab key; the arrow keys go from run to run in it.
  document.addEventListener('keydown', (event) => {
    const figure = document.activeElement?.closest?.('figure .scroll');
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') hide();
    if (!figure || !step) return;
    const all = new Map();
    for (const mark of figure.querySelectorAll('[data-run]')) all.set(mark.dataset.run, mark);
    const runs = [...all.keys()];
    if (runs.length === 0) return;
    event.preventDefault();
    const at = runs.indexOf(figure.dataset.at);
    figure.dataset.at = runs[at < 0 ? 0 : (at + step + runs.length) % runs.length];
    const mark = all.get(figure.dataset.at);
    const place = mark.getBoundingClientRect();
    show(mark, place.right, place.bottom);
  });

  return { pointed, hide };
})();
