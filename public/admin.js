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
