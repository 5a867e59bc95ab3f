// Warns before nothing has been done for too long, so that nobody is signed out while they read or type.
// Without this script the rule is the same: the next page asks to sign in, and a form that was sent is kept.
const KEY = 'iom-last-request'
const dialog = document.getElementById('iom-idle')

const left = () => {
  const last = Number(localStorage.getItem(KEY)) || Date.now()
  return Number(dialog.dataset.idle) - (Date.now() - last) / 1000
}

const seen = () => localStorage.setItem(KEY, String(Date.now()))

const stay = async () => {
  const form = dialog.querySelector('form[data-stay]')
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'manual' })
    if (answer.ok) seen()
  } finally {
    look()
  }
}

// Nothing that was on the page stays in a browser that somebody has left.
const clear = () => {
  document.getElementById('main-content')?.replaceChildren()
  document.title = dialog.querySelector('[data-over]').textContent.trim().split('\n')[0]
}

const look = () => {
  const seconds = left()
  const over = seconds <= 0
  if (seconds > Number(dialog.dataset.warn)) {
    if (dialog.open) dialog.close()
    return
  }
  dialog.querySelector('[data-running]').hidden = over
  dialog.querySelector('[data-over]').hidden = !over
  if (over) clear()
  if (!dialog.open) dialog.showModal()
}

export const watchIdle = () => {
  if (!dialog) return
  seen()
  document.body.addEventListener('htmx:afterRequest', seen)
  dialog.querySelector('form[data-stay]').addEventListener('submit', (event) => {
    event.preventDefault()
    stay()
  })
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    if (left() > 0) stay()
  })
  setInterval(look, 1000)
}
