// Runs on the failure page, which loads nothing else: what was sent was not saved.
for (let i = 0; i < sessionStorage.length; i += 1) {
  const key = sessionStorage.key(i)
  if (key.startsWith('iom-draft|')) {
    const draft = JSON.parse(sessionStorage.getItem(key))
    sessionStorage.setItem(key, JSON.stringify({ ...draft, sent: false, interrupted: true }))
  }
}
