// Sorts a table by the column whose heading is pressed; without it the tables stand as written.
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
      const key = (row) => row.cells[column].dataset.key;
      const order = (a, b) => {
        if (key(a) === '' || key(b) === '') return (key(a) === '') - (key(b) === '');
        const step = numeric ? key(a) - key(b) : key(a).localeCompare(key(b));
        return up ? step : -step;
      };
      body.append(...[...body.rows].sort(order));
    };
  });
}
