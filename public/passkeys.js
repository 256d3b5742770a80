// Passkeys: asks the device to make one or to sign, and sends its answer as the form's field `credential`.
// Written without the browsers' own JSON helpers, which are newer than passkeys.

const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
const textOf = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, '-').replace(/\//g, '_').replace(/={1,2}$/, '');
const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: bytesOf(one.id) }));

const SENTENCES = {
  InvalidStateError: 'This device has a passkey for your account already.',
  NotAllowedError: 'The passkey was not used: it was cancelled, or it took too long. Try again.',
  NotSupportedError: 'This device can’t make a passkey that this site takes.',
  SecurityError: 'Passkeys don’t work at this address of the site.',
};

for (const words of document.querySelectorAll('.scriptless')) words.hidden = true;

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!globalThis.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // site.js would call the button busy for good, also when the person cancels.
    event.stopPropagation();
    answer(form);
  });
}

/** Asks the site for a question and the device for an answer. What the site refuses, it tells when the form is sent. */
async function answer(form) {
  const news = form.querySelector('[role=alert]');
  news.textContent = '';
  try {
    const body = new URLSearchParams(new FormData(form));
    const asked = await fetch(form.dataset.passkey, { method: 'POST', body, headers: { accept: 'application/json' } });
    if (asked.ok) form.elements.credential.value = JSON.stringify(await answerOf(await asked.json()));
    form.submit();
  } catch (error) {
    news.textContent = SENTENCES[error.name] ?? 'That did not work. Check your connection, then try again.';
  }
}

async function answerOf({ options, isNew }) {
  const publicKey = { ...options, challenge: bytesOf(options.challenge) };
  if (isNew) {
    publicKey.user = { ...options.user, id: bytesOf(options.user.id) };
    publicKey.excludeCredentials = withBytes(options.excludeCredentials);
  } else {
    publicKey.allowCredentials = withBytes(options.allowCredentials);
  }
  const { id, rawId, response, type } = await navigator.credentials[isNew ? 'create' : 'get']({ publicKey });
  const given = { transports: response.getTransports?.() ?? [] };
  // What there is of these depends on whether the passkey is new.
  for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (response[part]) given[part] = textOf(response[part]);
  }
  return { id, rawId: textOf(rawId), type, response: given, clientExtensionResults: {} };
}
