/* What JavaScript adds to the admin area; every page works without it. */

for (const form of document.querySelectorAll('form:has(.bulk)')) {
  const boxes = [...form.querySelectorAll('[name=selected]')];
  const all = form.querySelector('[data-all]');
  const words = form.querySelector('[data-selected]');
  const everything = form.querySelector('[name=everything]');
  const count = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    words.textContent = everything?.checked ? 'All that match are selected' : chosen === 0 ? 'Choose rows, then an action' : `${chosen} of ${boxes.length} selected`;
  };
  all.hidden = false;
  all.addEventListener('change', () => { for (const box of boxes) box.checked = all.checked; });
  form.addEventListener('change', count);
  count();
}

/* Inline rows: one more in place, moved by buttons or by the arrow keys in their number. */
for (const table of document.querySelectorAll('.inl[data-rows]')) {
  const body = table.tBodies[0];
  const label = table.dataset.rows;
  const live = Object.assign(document.createElement('p'), { className: 'sr', role: 'status' });
  table.parentElement.after(live);
  const numberOf = (row) => row.querySelector('.no input');
  if (numberOf(body)) table.closest('.box').querySelector('.hint')?.append(' The arrow keys in its number move it, too.');
  const renumber = () => [...body.rows].forEach((row, index) => {
    const number = numberOf(row);
    if (number) number.value = index + 1;
  });
  const move = (row, by) => {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    renumber();
    const number = numberOf(row);
    number.focus();
    live.textContent = `Now ${label} ${number.value} of ${body.rows.length}`;
  };
  const addButtons = (row) => {
    if (!numberOf(row)) return;
    const moves = Object.assign(document.createElement('span'), { className: 'moves' });
    for (const [by, icon, words] of [[-1, 'up', 'up'], [1, 'down', 'down']]) {
      // The arrow keys in the number do the same: the buttons need no stop of their own among so many fields.
      const button = Object.assign(document.createElement('button'), { type: 'button', tabIndex: -1, innerHTML: `<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><use href="#${icon}"/></svg>` });
      button.setAttribute('aria-label', `Move ${words}`);
      button.addEventListener('click', () => move(row, by));
      moves.append(button);
    }
    numberOf(row).parentElement.append(moves);
    numberOf(row).addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
      event.preventDefault();
      move(row, event.key === 'ArrowUp' ? -1 : 1);
    });
  };
  for (const row of body.rows) addButtons(row);
  table.closest('.box').querySelector('[data-adds]')?.addEventListener('click', (event) => {
    const rows = [...body.querySelectorAll('[data-new]')];
    const model = rows.at(-1);
    if (!model) return;
    event.preventDefault();
    const key = `new${Math.max(...rows.map((row) => Number(row.dataset.new.slice(3)))) + 1}`;
    const row = model.cloneNode(true);
    row.dataset.new = key;
    for (const part of row.querySelectorAll('.error, .rm input, .moves')) part.remove();
    for (const input of row.querySelectorAll('input')) {
      input.name = input.name.replace(/\.new\d+\./, `.${key}.`);
      input.setAttribute('aria-label', input.getAttribute('aria-label').replace(/(?<!\d)\d+$/, body.rows.length + 1));
      for (const name of ['id', 'aria-invalid', 'aria-describedby']) input.removeAttribute(name);
      input.value = input.closest('.number') ? '0' : '';
    }
    body.append(row);
    addButtons(row);
    if (numberOf(row)) numberOf(row).value = body.rows.length;
    row.querySelector('td:not(.no) input').focus();
  });
}

/* A reference: found while typing, drawn as the same choices that the page has. */
for (const input of document.querySelectorAll('[data-choices]')) {
  const { choices, field } = input.dataset;
  const place = input.closest('fieldset');
  const list = place.querySelector('.options');
  const words = place.querySelector('[role=status]');
  const found = place.querySelector(`[name="${field}.found"]`);
  let pause;
  let asked;
  const draw = (options) => {
    const kept = list.querySelector(':checked')?.closest('li');
    list.replaceChildren(...(kept ? [kept] : []), ...options.filter(({ value }) => value !== kept?.querySelector('input').value).map(({ value, label, detail }) => {
      const option = document.createElement('li');
      option.innerHTML = '<label><input type="radio"><span><bdi></bdi> <small><bdi></bdi></small></span></label>';
      Object.assign(option.querySelector('input'), { name: field, value });
      const [name, more] = option.querySelectorAll('bdi');
      name.textContent = label;
      more.textContent = detail;
      return option;
    }));
  };
  const find = async () => {
    asked?.abort();
    asked = new AbortController();
    const text = input.value.trim();
    try {
      const answer = text ? await fetch(`${choices}?q=${encodeURIComponent(text)}`, { signal: asked.signal, headers: { accept: 'application/json' } }) : undefined;
      if (answer && !answer.ok) return;
      const options = answer ? (await answer.json()).choices : [];
      draw(options);
      found.value = text;
      words.textContent = !text ? '' : options.length ? `${options.length} found` : `Nothing matches “${text}”. Try another word.`;
    } catch {
      // The button still finds.
    }
  };
  input.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(find, 150);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    clearTimeout(pause);
    find();
  });
  place.querySelector('[value=find]').addEventListener('click', (event) => {
    event.preventDefault();
    find();
  });
}
