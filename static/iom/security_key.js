// Lets a form be answered with a security key: the question is in the page, the answer goes into a hidden field.
const form = document.querySelector('form[data-security-key]')
const says = form?.querySelector('[data-key-says]')

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }))

const asked = () => {
  const options = JSON.parse(document.getElementById('security-key-question').textContent)
  options.challenge = bytes(options.challenge)
  if (options.user) options.user.id = bytes(options.user.id)
  if (options.excludeCredentials) options.excludeCredentials = named(options.excludeCredentials)
  if (options.allowCredentials) options.allowCredentials = named(options.allowCredentials)
  return options
}

const told = (found) => {
  const response = {}
  for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (found.response[part]) response[part] = words(found.response[part])
  }
  return { id: found.id, rawId: words(found.rawId), type: found.type, response, clientExtensionResults: {} }
}

const use = async () => {
  says.textContent = 'Waiting for your security key.'
  try {
    const act = form.dataset.securityKey === 'create' ? 'create' : 'get'
    const found = await navigator.credentials[act]({ publicKey: asked() })
    form.elements.namedItem(form.dataset.answer).value = JSON.stringify(told(found))
    form.requestSubmit()
  } catch {
    says.textContent = 'The security key did not answer. Try again, or use another way.'
  }
}

const button = form?.querySelector('[data-use-key]')
if (button && window.PublicKeyCredential) {
  button.hidden = false
  button.addEventListener('click', use)
} else if (says) {
  says.textContent = 'This browser cannot use a security key here.'
}
