// Starts the design systems' components on the page and on every part that htmx swaps in.
import { initAll as startGovuk } from 'govuk-frontend'
import { FilterToggleButton, initAll as startMoj } from 'moj-frontend'
import { watchDrafts } from 'iom-drafts'
import { watchIdle } from 'iom-idle'

const startFilters = (scope) => {
  // MOJ Frontend leaves this one out of its initAll; without it the filter covers the page on a phone.
  scope.querySelectorAll('[data-module="moj-filter"]').forEach((panel) => {
    const holder = document.querySelector('.moj-action-bar__filter')
    if (!holder || holder.querySelector('button')) return
    new FilterToggleButton(panel, {
      startHidden: false,
      toggleButton: { showText: 'Show filters', hideText: 'Hide filters', classes: 'govuk-button--secondary' },
    })
  })
}

// Questions that a radio button or checkbox opens. The design system's own way sets aria-expanded on a radio
// button, which ARIA does not allow there.
const showOpened = (scope) => {
  scope.querySelectorAll('[data-opens]').forEach((input) => {
    const part = document.getElementById(input.dataset.opens)
    const family = input.type === 'radio' ? 'radios' : 'checkboxes'
    part?.classList.toggle(`govuk-${family}__conditional--hidden`, !input.checked)
  })
}

const start = (scope) => {
  startGovuk({ scope })
  startMoj({ scope })
  startFilters(scope)
  showOpened(scope)
}

start(document)
watchDrafts(document)
watchIdle()
document.addEventListener('change', (event) => {
  if (event.target.form) showOpened(event.target.form)
})
window.addEventListener('pageshow', () => showOpened(document))
document.body.addEventListener('htmx:afterSettle', (event) => {
  start(event.detail.elt.parentElement ?? document)
  // On a phone the filters fold away with the button that had the focus: it goes to the button that opens them.
  const active = document.activeElement
  if (!active || active === document.body || active.offsetParent === null) {
    document.querySelector('.moj-action-bar__filter button')?.focus()
  }
})
