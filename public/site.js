// What script adds: hearts without a reload, suggestions, "/" for search, Show for passwords, Copy for secrets, the growing sleeve.
// Every page works without it.

const find = (selector, within = document) => within.querySelector(selector);
const search = find('.top .find');

document.addEventListener('submit', (event) => {
  const button = event.submitter;
  if (button?.matches('.like')) like(event, button);
  else if (event.target.method === 'post') showBusy(event, button);
});

/* ---- likes: swap at once, put back when it fails ---- */

async function like(event, button) {
  event.preventDefault();
  if (button.ariaBusy) return;
  button.ariaBusy = 'true';
  const path = event.target.action;
  const hearts = [...document.forms].filter((form) => form.action === path).map((form) => find('.like', form));
  const was = button.ariaPressed === 'true';
  const count = numberIn(button.lastElementChild.textContent);
  const step = was ? -1 : 1;
  drawLike(hearts, !was, count + step);
  drawTotal(totalLiked() + step);
  try {
    const body = new URLSearchParams({ next: button.value });
    // Who goes on to another page at once has liked all the same.
    const answer = await fetch(path, { method: 'POST', body, headers: { accept: 'application/json' }, keepalive: true });
    if (!answer.ok) throw new Error(answer.status);
    const { liked, like_count, liked_count } = await answer.json();
    drawLike(hearts, liked, like_count);
    drawTotal(liked_count);
  } catch (error) {
    drawLike(hearts, was, count);
    drawTotal(totalLiked() - step);
    flash(error.message === '429' ? 'Too many tries. Wait a little, then try again.' : 'That was not saved. Check your connection, then try again.');
  }
  button.ariaBusy = null;
}

const numberIn = (text) => Number(text.replace(/\D/g, ''));
const totalLiked = () => numberIn(find('#liked-count').textContent);
const drawTotal = (total) => { find('#liked-count').textContent = total.toLocaleString('en'); find('[data-liked]').dataset.liked = total; };

/** The song's hearts on this page: the header of a song and its row in the list are one. */
function drawLike(hearts, liked, count) {
  const shown = count.toLocaleString('en');
  for (const button of hearts) {
    button.form.action = button.form.action.replace(/\/\w+$/, liked ? '/unlike' : '/like');
    button.ariaPressed = String(liked);
    const words = `${shown} ${count === 1 ? 'like' : 'likes'}`;
    button.ariaLabel = button.ariaLabel.replace(/(?<![\d,])[\d,]+ likes?$/, words);
    button.lastElementChild.textContent = button.matches('.in-words') ? words : shown;
  }
}

function flash(text) {
  const box = document.createElement('div');
  box.className = 'flash error';
  box.role = 'alert';
  box.append(Object.assign(document.createElement('p'), { textContent: text }));
  find('#flashes').replaceChildren(box);
}

/* ---- a form that takes its time says so, and is sent once ---- */

function showBusy(event, button) {
  if (button?.ariaDisabled) return event.preventDefault();
  if (!button) return;
  const words = button.textContent;
  button.ariaDisabled = 'true';
  const later = setTimeout(() => { button.textContent = button.dataset.busy ?? 'Saving…'; }, 300);
  addEventListener('pagehide', () => {
    clearTimeout(later);
    button.ariaDisabled = null;
    button.textContent = words;
  }, { once: true });
}

/* ---- suggestions: a combobox over the search field ---- */

if (search) suggest(search, find('input', search));

function suggest(form, input) {
  const list = form.appendChild(document.createElement('ul'));
  const news = form.appendChild(document.createElement('span'));
  let timer;
  let request;
  Object.assign(list, { id: 'suggestions', role: 'listbox', ariaLabel: 'Suggestions', hidden: true });
  Object.assign(news, { className: 'sr', role: 'status' });
  Object.assign(input, { role: 'combobox', ariaAutoComplete: 'list', ariaExpanded: 'false' });
  input.setAttribute('aria-controls', list.id);

  const chosen = () => find('[aria-selected=true]', list);
  const close = () => show([]);

  function show(suggestions) {
    list.replaceChildren(...suggestions.map(optionOf));
    list.hidden = suggestions.length === 0;
    input.ariaExpanded = String(!list.hidden);
    input.removeAttribute('aria-activedescendant');
  }

  async function load() {
    request?.abort();
    request = new AbortController();
    const q = input.value.trim();
    if (!q) return close();
    try {
      const answer = await fetch(`${form.dataset.suggestions}?q=${encodeURIComponent(q)}`, { signal: request.signal });
      const { suggestions } = await answer.json();
      show(suggestions.slice(0, 8));
      news.textContent = suggestions.length === 1 ? '1 suggestion' : `${suggestions.length} suggestions`;
    } catch (error) {
      if (error.name !== 'AbortError') close();
    }
  }

  function choose(step) {
    const options = [...list.children];
    const from = options.indexOf(chosen());
    const next = options[from < 0 && step < 0 ? options.length - 1 : from + step];
    chosen()?.setAttribute('aria-selected', 'false');
    next?.setAttribute('aria-selected', 'true');
    next?.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', next?.id ?? '');
  }

  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(load, 150); });
  input.addEventListener('keydown', (event) => {
    if (list.hidden) return;
    if (event.key === 'Escape') { event.preventDefault(); close(); }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); choose(event.key === 'ArrowDown' ? 1 : -1); }
    if (event.key === 'Enter' && chosen()) { event.preventDefault(); location.assign(chosen().dataset.href); }
  });
  form.addEventListener('submit', () => { clearTimeout(timer); request?.abort(); });
  form.addEventListener('focusout', (event) => { if (!form.contains(event.relatedTarget)) { clearTimeout(timer); request?.abort(); close(); } });
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const href = event.target.closest('[role=option]')?.dataset.href;
    if (href) location.assign(href);
  });
}

function optionOf({ label, detail, href }, index) {
  const option = document.createElement('li');
  Object.assign(option, { id: `suggestion-${index + 1}`, role: 'option', ariaSelected: 'false' });
  option.dataset.href = href;
  option.append(Object.assign(document.createElement('bdi'), { textContent: label }), Object.assign(document.createElement('small'), { textContent: detail }));
  return option;
}

/* ---- the "/" key, which the account page can turn off in this browser ---- */

const isOff = () => localStorage.getItem('slash') === 'off';

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
  if (event.target.closest('input, textarea, select, [contenteditable]')) return;
  event.preventDefault();
  find('input', search).select();
});

const keys = find('#keys');
if (keys) {
  const button = find('button', keys);
  const draw = () => { button.textContent = isOff() ? 'Turn on' : 'Turn off'; };
  button.addEventListener('click', () => { localStorage.setItem('slash', isOff() ? 'on' : 'off'); draw(); });
  draw();
  keys.hidden = false;
}

/* ---- Show beside a password ---- */

for (const button of document.querySelectorAll('[data-shows]')) {
  const input = document.getElementById(button.dataset.shows);
  button.hidden = false;
  button.addEventListener('click', () => {
    const isShown = input.type === 'text';
    input.type = isShown ? 'password' : 'text';
    button.textContent = isShown ? 'Show' : 'Hide';
    button.ariaPressed = String(!isShown);
  });
  input.form.addEventListener('submit', () => { input.type = 'password'; });
}

/* ---- Copy beside a secret that is shown once ---- */

for (const button of document.querySelectorAll('.once [data-copies]')) {
  const field = document.getElementById(button.dataset.copies);
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = 'Copied';
  });
}

/* ---- the clicked sleeve grows into its page, and shrinks back ---- */

addEventListener('pageswap', (event) => nameSleeve(event.viewTransition, event.activation?.entry?.url));
addEventListener('pagereveal', (event) => nameSleeve(event.viewTransition, globalThis.navigation?.activation?.from?.url));

async function nameSleeve(transition, otherPage) {
  if (!transition || !otherPage) return;
  const { pathname } = new URL(otherPage);
  const link = find(`main a[href="${CSS.escape(pathname)}"]`);
  const sleeve = link && find('.sleeve', link.closest('.album, .track, .no1') ?? link);
  if (!sleeve) return;
  const own = find('.band .sleeve');
  if (own) own.style.viewTransitionName = 'none';
  sleeve.style.viewTransitionName = 'sleeve';
  await transition.finished;
  sleeve.style.viewTransitionName = '';
  if (own) own.style.viewTransitionName = '';
}
