// What was typed in a form marked data-keep-draft stays in this browser tab until it is saved.
// A sign-in that ran out, a page that failed or a stale form token then costs nobody their words.
// Drafts live in sessionStorage (gone with the tab), under the user and the address, and never hold
// passwords, files or hidden fields. Another user's drafts are removed when someone else signs in.

const PREFIX = 'iom-draft|'
const SKIPPED = new Set(['hidden', 'password', 'file', 'submit', 'button', 'image', 'reset'])

const drafts = () => {
  const found = []
  for (let i = 0; i < sessionStorage.length; i += 1) {
    const key = sessionStorage.key(i)
    if (key.startsWith(PREFIX)) found.push(key)
  }
  return found
}

const read = (key) => {
  try {
    return JSON.parse(sessionStorage.getItem(key))
  } catch {
    return null
  }
}

const write = (key, draft) => {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft))
  } catch {
    // Storage is full or switched off: the form still works, it only keeps no draft.
  }
}

const controls = (form) => [...form.elements].filter((el) => el.name && !SKIPPED.has(el.type))

const valueOf = (el) => {
  if (el.type === 'checkbox' || el.type === 'radio') return el.checked
  return el.multiple ? [...el.selectedOptions].map((option) => option.value) : el.value
}

const place = (el) => (el.type === 'checkbox' || el.type === 'radio' ? `${el.name}=${el.value}` : el.name)

const snapshot = (form) => Object.fromEntries(controls(form).map((el) => [place(el), valueOf(el)]))

const fill = (form, values) => {
  for (const el of controls(form)) {
    const value = values[place(el)]
    if (value === undefined) continue
    if (el.type === 'checkbox' || el.type === 'radio') el.checked = value
    else if (el.multiple) for (const option of el.options) option.selected = value.includes(option.value)
    else el.value = value
    el.dispatchEvent(new Event(el.type === 'checkbox' || el.type === 'radio' ? 'click' : 'input', { bubbles: true }))
    el.dispatchEvent(new Event('change', { bubbles: true }))
  }
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)

/** Called by pages that broke an act off (sign-in, refusal, failure): sent drafts were not saved. */
export const markInterrupted = () => {
  for (const key of drafts()) {
    const draft = read(key)
    if (draft?.sent) write(key, { ...draft, sent: false, interrupted: true })
  }
}

export const forgetAll = () => drafts().forEach((key) => sessionStorage.removeItem(key))

const offer = (form, key, draft) => {
  const box = document.createElement('div')
  box.className = 'govuk-inset-text'
  box.setAttribute('role', 'region')
  box.setAttribute('aria-label', 'Unsaved text')
  const words = document.createElement('p')
  words.className = 'govuk-body'
  words.textContent = 'You typed something here that was not saved.'
  const buttons = document.createElement('div')
  buttons.className = 'govuk-button-group'
  const button = (text, look, act) => {
    const made = document.createElement('button')
    made.type = 'button'
    made.className = `govuk-button ${look}`
    made.textContent = text
    made.addEventListener('click', () => {
      act()
      box.remove()
      const first = controls(form)[0]
      if (first) first.focus()
    })
    buttons.append(made)
  }
  button('Put it back', '', () => fill(form, draft.values))
  button('Remove it', 'govuk-button--secondary', () => sessionStorage.removeItem(key))
  box.append(words, buttons)
  form.prepend(box)
}

const keep = (form, key) => {
  const empty = snapshot(form)
  const hasErrors = document.querySelector('.govuk-error-summary') !== null
  const draft = read(key)
  if (draft && hasErrors) write(key, { values: empty, sent: false })
  else if (draft?.sent) sessionStorage.removeItem(key)
  else if (draft && !same(draft.values, empty)) offer(form, key, draft)

  let timer = 0
  const save = () => write(key, { values: snapshot(form), sent: false })
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(save, 300)
  })
  form.addEventListener('change', save)
  form.addEventListener('submit', () => {
    clearTimeout(timer)
    write(key, { values: snapshot(form), sent: true })
  })
}

/** Watch the forms of this page; a draft that was sent and not broken off has been saved, so it goes. */
export const watchDrafts = (scope) => {
  const user = document.body.dataset.user
  if (document.body.dataset.interrupted !== undefined) markInterrupted()
  document.querySelectorAll('form[data-forget-drafts]').forEach((form) => form.addEventListener('submit', forgetAll))
  if (!user) return
  const mine = `${PREFIX}${user}|`
  const here = `${mine}${location.pathname}${location.search}|`
  for (const key of drafts()) {
    if (!key.startsWith(mine)) sessionStorage.removeItem(key)
    else if (!key.startsWith(here) && read(key)?.sent) sessionStorage.removeItem(key)
  }
  scope.querySelectorAll('form[data-keep-draft]').forEach((form, index) => keep(form, `${here}${form.id || index}`))
}
