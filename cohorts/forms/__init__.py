"""Forms: they read what was typed; the services judge it."""
